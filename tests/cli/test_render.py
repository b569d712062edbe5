from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.broken import IN_LABELS, one_pixel
from tests.cli.mistakes import Told
from tissuegan.cli import main


@pytest.mark.parametrize("how", IN_LABELS)
def test_broken_labels_are_one_sentence_and_no_output(
    how: str, run_folder: Path, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    labels, out = tmp_path / "labels", tmp_path / "out"
    shutil.copytree(phantom_folder, labels)
    IN_LABELS[how](labels)
    told("render", str(run_folder), "--labels", str(labels), "--out", str(out))
    assert not out.exists()


def test_labels_without_images_are_enough(
    run_folder: Path, phantom_folder: Path, tmp_path: Path
) -> None:
    labels, out = tmp_path / "labels", tmp_path / "out"
    shutil.copytree(phantom_folder, labels)
    shutil.rmtree(labels / "images")
    assert main(["render", str(run_folder), "--labels", str(labels), "--out", str(out)]) == 0
    assert len(list((out / "images").iterdir())) == 3


def test_a_class_that_the_model_needs_is_missed_by_name(
    run_folder: Path, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    labels, out = tmp_path / "labels", tmp_path / "out"
    shutil.copytree(phantom_folder, labels)
    (labels / "labels" / "mitochondrion").rename(labels / "labels" / "vesicle")
    (labels / "dataset.toml").unlink()
    words = ("--labels", str(labels), "--out", str(out))
    assert "mitochondrion" in told("render", str(run_folder), *words)
    assert not out.exists()


def test_a_label_map_of_one_pixel_is_rendered(
    run_folder: Path, phantom_folder: Path, tmp_path: Path
) -> None:
    labels, out = tmp_path / "labels", tmp_path / "out"
    shutil.copytree(phantom_folder, labels)
    one_pixel(labels)
    assert main(["render", str(run_folder), "--labels", str(labels), "--out", str(out)]) == 0


def test_labels_at_another_scale_than_the_models_are_refused(
    run_folder: Path, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    labels, out = tmp_path / "labels", tmp_path / "out"
    shutil.copytree(phantom_folder, labels)
    (labels / "dataset.toml").write_text("pixel_size_nm = 9.2\n", encoding="utf-8")
    sentence = told("render", str(run_folder), "--labels", str(labels), "--out", str(out))
    assert "9.2 nm" in sentence
    assert not out.exists()
