from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.data import load_labels


def stroke(tmp_path: Path) -> Path:
    path = tmp_path / "edits.json"
    listed = [{"edit": "paint", "class": "membrane", "points": [[20, 5], [20, 60]]}]
    path.write_text(json.dumps({"edits": listed}))
    return path


def test_an_edited_dataset_is_a_dataset_with_its_script(
    phantom_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, script = tmp_path / "out", stroke(tmp_path)
    words = ["edit", str(phantom_folder), "--out", str(out), "--script", str(script)]
    assert main([*words, "--edit", "drop-small:class=mitochondrion:min_nm2=40000"]) == 0
    told = capsys.readouterr().out
    assert "open ends: " in told
    assert "mitochondrion, objects: " in told
    for before, after in zip(load_labels(phantom_folder), load_labels(out), strict=True):
        assert after.tissue.masks[0, 20, 5:60].all()
        assert before.tissue.masks[1].sum() > after.tissue.masks[1].sum()
    names = [edit["edit"] for edit in json.loads((out / "edits.json").read_text())["edits"]]
    assert names == ["paint", "drop-small"]


def test_what_was_recorded_replays_to_the_same_labels(phantom_folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    source = ["edit", str(phantom_folder), "--out"]
    assert main([*source, str(first), "--script", str(stroke(tmp_path))]) == 0
    assert main([*source, str(second), "--script", str(first / "edits.json")]) == 0
    for before, after in zip(load_labels(first), load_labels(second), strict=True):
        assert np.array_equal(before.tissue.masks, after.tissue.masks)


def test_generate_edits_as_edit_does(run_folder: Path, tmp_path: Path) -> None:
    what = ["--edit", "drop-small:class=mitochondrion:max_nm=60", "--size", "64x64"]
    assert main(["generate", str(run_folder), "--out", str(tmp_path / "a"), *what]) == 0
    assert main(["edit", str(run_folder), "--out", str(tmp_path / "b"), *what]) == 0
    (first,), (second,) = load_labels(tmp_path / "a"), load_labels(tmp_path / "b")
    assert np.array_equal(first.tissue.masks, second.tissue.masks)
    assert np.array_equal(first.tissue.image, second.tissue.image)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Nothing to do"),
        (["--edit", "smooth"], "there is no edit 'smooth'"),
        (["--edit", "convex:class=nucleus"], "'nucleus'"),
        (["--script", "/nothing.json"], "/nothing.json"),
    ],
)
def test_mistakes_are_one_sentence(
    words: list[str], said: str, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    out = tmp_path / "out"
    assert said in told("edit", str(phantom_folder), "--out", str(out), *words)
    assert not out.exists()


def test_other_edits_leave_the_folder_and_its_script_alone(
    phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    out = tmp_path / "out"
    words = ["edit", str(phantom_folder), "--out", str(out), "--edit"]
    assert main([*words, "drop-small:class=mitochondrion"]) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert "other edits" in told(*words, "convex:class=mitochondrion")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_the_folder_that_is_read_is_not_written(
    phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    shutil.copytree(phantom_folder / "labels", tmp_path / "labels")
    before = sorted(tmp_path.rglob("*"))
    place = str(tmp_path)
    assert "is read" in told("edit", place, "--out", place, "--edit", "convex:class=mitochondrion")
    assert "is read" in told("complete", "vnc-mitochondria", "--labels", place, "--out", place)
    assert "is read" in told("render", "--labels", place, "--out", place)
    assert sorted(tmp_path.rglob("*")) == before


def test_another_picture_is_not_taken_for_the_one_that_was_edited(
    run_folder: Path, tmp_path: Path, told: Told
) -> None:
    pictures = [str(tmp_path / f"{seed}" / "t.ome.zarr") for seed in (0, 1)]
    for seed, picture in enumerate(pictures):
        words = ["--out", picture, "--size", "64x64", "--seed", str(seed)]
        assert main(["generate", str(run_folder), *words]) == 0
    words = ["--out", str(tmp_path / "out"), "--edit", "drop-small:class=membrane"]
    assert main(["edit", pictures[0], *words]) == 0
    assert main(["edit", pictures[0], *words]) == 0
    assert "not made by this call" in told("edit", pictures[1], *words)
