from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.cli.broken import FOR_TRAINING
from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.data import fetch


def phantom(out: Path, *options: str) -> Path:
    assert main(["data", "phantom", "--out", str(out), "--size", "128x160", *options]) == 0
    return out


def test_the_phantom_passes_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = phantom(tmp_path / "phantom", "--sections", "2", "--seed", "3")
    capsys.readouterr()
    assert main(["data", "check", str(out)]) == 0
    told = capsys.readouterr()
    assert "2 sections" in told.out
    assert "128x160" in told.out
    assert "class mitochondrion" in told.out
    assert "no problems" in told.out
    assert told.err == ""


def test_the_same_call_makes_the_same_phantom(tmp_path: Path) -> None:
    first, second = (phantom(tmp_path / name, "--sections", "1") for name in "ab")
    hashes = [
        sorted(hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.*"))
        for folder in (first, second)
    ]
    assert hashes[0] == hashes[1]


def test_a_phantom_does_not_overwrite_another(tmp_path: Path, told: Told) -> None:
    out = phantom(tmp_path / "phantom", "--sections", "1")
    told("data", "phantom", "--out", str(out), "--size", "128x160", "--seed", "9")


def test_a_phantom_that_cannot_be_written_is_one_sentence(told: Told) -> None:
    assert "/dev/null/x" in told("data", "phantom", "--out", "/dev/null/x", "--size", "64x64")


@pytest.mark.parametrize("how", FOR_TRAINING)
def test_the_check_tells_what_is_wrong_and_fails(
    how: str, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    data = tmp_path / "data"
    shutil.copytree(phantom_folder, data)
    FOR_TRAINING[how](data)
    assert str(data) in told("data", "check", str(data))


def test_several_problems_are_counted_and_listed(
    phantom_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(phantom_folder, data)
    for how in ("truncated TIFF", "mask of another size"):
        FOR_TRAINING[how](data)
    assert main(["data", "check", str(data)]) == 2
    output = capsys.readouterr()
    assert output.out.count("problem: ") == 2
    assert "has 2 problems, listed above" in output.err


@pytest.mark.parametrize("data", ["/nowhere", "/dev/null"])
def test_what_is_no_folder_is_one_sentence(data: str, told: Told) -> None:
    assert data in told("data", "check", data)


def test_the_real_sections_pass_the_check(vnc: Path) -> None:
    assert main(["data", "check", str(vnc)]) == 0


def test_a_dataset_that_cannot_be_fetched_is_one_sentence(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "http://127.0.0.1:9/"  # the discard port, where nobody answers
    monkeypatch.setattr(fetch.fetch_vnc, "__defaults__", (nobody,))
    told("data", "fetch", "vnc", "--out", str(tmp_path / "vnc"))
