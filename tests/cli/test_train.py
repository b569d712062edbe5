from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.broken import FOR_TRAINING
from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.cli.train import EXAMPLE
from tissuegan.training import recipe_names

SMOKE = ["--set", "smoke=true"]


def test_a_run_folder_has_all_that_it_should(run_folder: Path) -> None:
    for name in ("recipe.toml", "metrics.csv", "checkpoint", "model/config.json"):
        assert (run_folder / name).exists()
    assert list((run_folder / "samples").glob("*.png"))


def test_the_help_names_every_recipe() -> None:
    listed = re.split(r"[,:\s]+", EXAMPLE.partition("Examples:")[0])
    assert {name for name in listed if name in recipe_names()} == {*recipe_names()}


def test_a_dry_run_writes_nothing(phantom_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["train", "sgan", "--data", str(phantom_folder), "--out", str(out), "--dry-run"]
    assert main([*words, *SMOKE]) == 0
    assert not out.exists()


@pytest.mark.parametrize("how", FOR_TRAINING)
def test_broken_data_are_one_sentence_and_no_run(
    how: str, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    data, out = tmp_path / "data", tmp_path / "run"
    shutil.copytree(phantom_folder, data)
    FOR_TRAINING[how](data)
    told("train", "sgan", "--data", str(data), "--out", str(out), *SMOKE)
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "about"),
    [
        (["train", "nothing", "--out", "run"], "nothing"),
        (["train", "sgan", "--out", "run", "--set", "labels.colour=3"], "colour"),
        (["train", "sgan", "--out", "run", "--set", "batch=many"], "batch"),
        (["train", "sgan", "--out", "run", "--set", "crop=100000"], "crop"),
        (["train", "sgan", "--out", "run", "--sections", "7:9"], "0:3"),
        (["train", "sgan", "--out", "/dev/null/run"], "/dev/null/run"),
        (["train", "sgan", "--out", "run", "--data", "/nowhere"], "/nowhere"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    words: list[str],
    about: str,
    phantom_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: Told,
) -> None:
    monkeypatch.chdir(tmp_path)
    data = [] if "--data" in words else ["--data", str(phantom_folder)]
    smoke = [] if "--set" in words else SMOKE
    assert about in told(*words, *data, *smoke)
    assert not list(tmp_path.iterdir())
