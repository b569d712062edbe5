from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.builders import write_tiny_segmenter
from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.data import load_sections
from tissuegan.models import load
from tissuegan.sampling import segment_image


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_segmenter(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Two images of different sizes, and no labels."""
    folder = tmp_path / "mine"
    (folder / "images").mkdir(parents=True)
    (folder / "dataset.toml").write_text("pixel_size_nm = 4.6\n", encoding="utf-8")
    random = np.random.default_rng(0)
    for name, shape in (("a", (40, 70)), ("b", (33, 1))):
        picture = Image.fromarray(random.integers(0, 256, shape, np.uint8))
        picture.save(folder / "images" / f"{name}.png")
    return folder


def words(model: Path, images: Path, out: Path) -> list[str]:
    return ["segment", str(model), "--images", str(images), "--out", str(out)]


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_every_image_gets_the_labels_that_the_model_sees(
    model: Path, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(words(model, images, out)) == 0
    sections = load_sections(out)
    assert [section.name for section in sections] == ["a", "b"]
    for section in sections:
        there = np.array(Image.open(images / "images" / f"{section.name}.png"))
        assert section.classes.names == ("wall", "blob")
        np.testing.assert_array_equal(section.tissue.image, there)
        seen = segment_image(load(model), there) > 0.5
        np.testing.assert_array_equal(section.tissue.masks, seen)


def test_the_same_command_completes_what_was_stopped(
    model: Path, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(words(model, images, out)) == 0
    whole = contents(out)
    (out / "labels" / "wall" / "b.png").unlink()
    (out / "images" / "a.png").unlink()
    assert main(words(model, images, out)) == 0
    assert contents(out) == whole


def test_other_contents_are_not_written_over(
    model: Path, images: Path, tmp_path: Path, told: Told
) -> None:
    out = tmp_path / "out"
    assert main(words(model, images, out)) == 0
    whole = contents(out)
    Image.fromarray(np.zeros((40, 70), np.uint8)).save(images / "images" / "a.png")
    assert "was not made by this call" in told(*words(model, images, out))
    assert contents(out) == whole


def test_another_pixel_size_is_told(model: Path, images: Path, tmp_path: Path, told: Told) -> None:
    (images / "dataset.toml").write_text("pixel_size_nm = 9.2\n", encoding="utf-8")
    sentence = told(*words(model, images, tmp_path / "out"))
    assert "9.2 nm" in sentence
    assert "4.6 nm" in sentence
    assert not (tmp_path / "out").exists()


def test_other_grey_levels_are_told_before_anything_is_written(
    model: Path, images: Path, tmp_path: Path, told: Told
) -> None:
    deep = Image.fromarray(np.zeros((9, 9), np.uint16))
    deep.save(images / "images" / "c.png")
    assert "The image c is uint16" in told(*words(model, images, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_dataset_without_images_is_told(
    model: Path, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    labels = tmp_path / "labels only"
    shutil.copytree(phantom_folder, labels)
    shutil.rmtree(labels / "images")
    told(*words(model, labels, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_folder_of_the_images_is_not_written_into(
    model: Path, images: Path, told: Told
) -> None:
    before = contents(images)
    assert "choose another one" in told(*words(model, images, images))
    assert contents(images) == before


def test_a_model_that_does_not_segment_is_told(images: Path, tmp_path: Path, told: Told) -> None:
    sentence = told("segment", "vnc-sgan", "--images", str(images), "--out", str(tmp_path / "out"))
    assert "vnc-sgan does not segment images" in sentence
    assert not (tmp_path / "out").exists()


def test_a_segmenter_generates_nothing(model: Path, tmp_path: Path, told: Told) -> None:
    sentence = told("generate", str(model), "--out", str(tmp_path / "out"))
    assert "tissuegan segment" in sentence
    assert not (tmp_path / "out").exists()


def test_a_segmenter_is_trained_and_used(phantom_folder: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "out"
    train = ["train", "segmenter", "--data", str(phantom_folder), "--out", str(run)]
    assert main([*train, "--set", "smoke=true"]) == 0
    assert main(words(run, phantom_folder, out)) == 0
    names = [section.classes.names for section in load_sections(out)]
    assert names == [("membrane", "mitochondrion")] * 3
