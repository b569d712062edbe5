from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.mistakes import Told
from tissuegan.cli import main

# All but the birthday test, for which thousands of labels are drawn.
PARTS = ("--only", "samples,statistics,realism,c2st,embedding,copying,seams,spectra")


def evaluate(real: Path, out: Path, *words: str) -> dict[str, Any]:
    assert main(["evaluate", "--real", str(real), "--out", str(out), *words]) == 0
    found: dict[str, Any] = json.loads((out / "metrics.json").read_text())
    return found


@pytest.fixture(scope="module")
def report(
    phantom_folder: Path, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("evaluate") / "report"
    evaluate(phantom_folder, out, "--synthetic", str(run_folder), str(phantom_folder), *PARTS)
    return out


def test_the_report_has_figures_of_every_source_and_of_the_floors(report: Path) -> None:
    metrics = json.loads((report / "metrics.json").read_text())
    assert list(metrics["systems"]) == ["smoke", "phantom"]
    for figures in (*metrics["systems"].values(), metrics["floors"]):
        assert figures["statistics"]["cell_size_um"]["n"] >= 0
        assert set(figures["realism"]) >= {"fooled", "fooled_std", "n"}
    assert [len(metrics["real"][part]) for part in ("train", "test")] == [1, 2]


def test_the_page_is_one_file_that_asks_for_nothing_else(report: Path) -> None:
    text = (report / "index.html").read_text(encoding="utf-8")
    assert "data:image/svg+xml;base64," in text
    assert "http" not in text.replace("http-equiv", "")
    assert 'src="figures' not in text


def test_the_same_call_gives_the_same_bytes(
    report: Path, phantom_folder: Path, run_folder: Path, tmp_path: Path
) -> None:
    words = ("--synthetic", str(run_folder), "--synthetic", str(phantom_folder))
    evaluate(phantom_folder, tmp_path, *words, *PARTS)
    for name in ("metrics.json", "index.html"):
        assert (tmp_path / name).read_bytes() == (report / name).read_bytes()


def test_only_runs_a_part(phantom_folder: Path, tmp_path: Path) -> None:
    words = ("--synthetic", str(phantom_folder), "--only", "statistics")
    assert set(evaluate(phantom_folder, tmp_path, *words)["floors"]) == {"statistics"}
    more = evaluate(phantom_folder, tmp_path, *words, "--only", "spectra")
    assert set(more["floors"]) == {"statistics", "spectra"}


def test_sections_can_be_chosen(phantom_folder: Path, tmp_path: Path) -> None:
    chosen = ("--sections-train", "0:2", "--sections-test", "2:3", "--only", "statistics")
    real = evaluate(phantom_folder, tmp_path, "--synthetic", str(phantom_folder), *chosen)["real"]
    assert (len(real["train"]), len(real["test"])) == (2, 1)


def test_the_birthday_test_draws_as_many_labels_as_are_asked_for(
    phantom_folder: Path, run_folder: Path, tmp_path: Path
) -> None:
    words = ("--synthetic", str(run_folder), "--only", "support", "--set")
    for pool in (60, 120):  # what was drawn for the one is not taken for the other
        found = evaluate(phantom_folder, tmp_path, *words, f"support.pool={pool}")
        assert found["systems"]["smoke"]["support"]["n"] == pool


def test_a_model_draws_as_many_fields_as_are_asked_for(
    phantom_folder: Path, run_folder: Path, tmp_path: Path
) -> None:
    words = ("--synthetic", str(run_folder), "--only", "spectra", "--set", "fields=3")
    found = evaluate(phantom_folder, tmp_path, *words)
    assert found["systems"]["smoke"]["spectra"]["n"] == 3 != len(found["real"]["train"])


def test_mistakes_are_told_in_one_sentence(
    phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    out = str(tmp_path / "out")
    real = ("evaluate", "--real", str(phantom_folder), "--out", out)
    assert "'nothing'" in told(*real, "--synthetic", "nothing")
    source = ("--synthetic", str(phantom_folder))
    assert "statistics" in told(*real, *source, "--only", "beauty")
    assert "none of them" in told(*real, *source, "--sections-test", "7:9")
    assert "whole number" in told(*real, *source, "--set", "support.pool=few")
    assert "whole number" in told(*real, *source, "--set", "fields=0")
    assert "--only utility" in told(*real, *source, "--set", "utility.steps=9")
    assert "utility.steps" in told(*real, *source, "--only", "utility", "--set", "beauty=1")
    assert not (tmp_path / "out").exists()
