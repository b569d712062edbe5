from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.data.making import MASKS, dataset, grey, toml, write
from tissuegan.data import load_images, load_labels, load_sections
from tissuegan.errors import UserError


def test_a_folder_of_masks_is_read(tmp_path: Path) -> None:
    sections = load_sections(dataset(tmp_path))
    assert [s.name for s in sections] == ["a", "b"]
    assert sections[0].classes.names == ("membrane", "mitochondrion")
    assert sections[0].pixel_size_nm == 4.6
    for k, section in enumerate(sections):
        assert section.tissue.image is not None
        assert np.array_equal(section.tissue.image, grey(seed=k))
        assert np.array_equal(section.tissue.masks, np.stack(list(MASKS.values())))


def test_classes_are_chosen_and_ordered_as_asked(tmp_path: Path) -> None:
    section = load_sections(dataset(tmp_path), ["mitochondrion", "membrane"])[0]
    assert section.classes.names == ("mitochondrion", "membrane")
    assert np.array_equal(section.tissue.masks[1], MASKS["membrane"])


def test_sections_are_chosen_in_the_natural_order_of_their_names(tmp_path: Path) -> None:
    names = ("s1", "s2", "s9", "s10", "s11")
    dataset(tmp_path, ("s10", "s9", "s1", "s11", "s2"))
    assert tuple(s.name for s in load_sections(tmp_path)) == names
    assert tuple(s.name for s in load_sections(tmp_path, sections=slice(2, 4))) == names[2:4]


def test_only_chosen_sections_are_read(tmp_path: Path) -> None:
    dataset(tmp_path)
    (tmp_path / "images/b.png").write_bytes(b"broken")
    assert len(load_sections(tmp_path, sections=slice(0, 1))) == 1


def test_without_settings_the_classes_are_the_folders(tmp_path: Path) -> None:
    (dataset(tmp_path) / "dataset.toml").unlink()
    write(tmp_path / "labels/axon/a.png", MASKS["membrane"])
    write(tmp_path / "labels/axon/b.png", MASKS["membrane"])
    names = load_sections(tmp_path)[0].classes.names
    assert names == ("axon", "membrane", "mitochondrion")


def test_sections_of_one_dataset_may_differ_in_size_and_kind_of_file(tmp_path: Path) -> None:
    dataset(tmp_path)
    for cls in MASKS:
        write(tmp_path / "labels" / cls / "c.tif", np.eye(9, 5, dtype=np.uint8))
    write(tmp_path / "images/c.tif", grey((9, 5), "uint16"))
    section = load_sections(tmp_path)[2]
    assert section.bounds.shape == (9, 5)
    assert section.tissue.image is not None
    assert section.tissue.image.dtype == np.uint16


def indexed(folder: Path, index: np.ndarray) -> Path:
    toml(folder, 'classes = ["b", "a"]\n[index]\na = 3\nb = 7\nc = 9\n')
    write(folder / "images/x.png", grey(index.shape))
    write(folder / "labels/x.png", index)
    return folder


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_an_index_map_becomes_masks(tmp_path: Path, dtype: str) -> None:
    index = np.random.default_rng(0).choice([0, 3, 7, 9], (12, 10)).astype(dtype)
    indexed(tmp_path, index)
    section = load_sections(tmp_path)[0]
    assert section.classes.names == ("b", "a")
    assert np.array_equal(section.tissue.masks, [index == 7, index == 3])
    assert np.array_equal(load_sections(tmp_path, ["c"])[0].tissue.masks, [index == 9])


def test_an_index_value_of_no_class_is_refused(tmp_path: Path) -> None:
    indexed(tmp_path, np.full((4, 4), 5, np.uint8))
    with pytest.raises(UserError, match=r"x\.png has the values 5, which \[index\]"):
        load_sections(tmp_path)


def test_index_maps_without_values_are_refused(tmp_path: Path) -> None:
    indexed(tmp_path, np.zeros((4, 4), np.uint8))
    toml(tmp_path, "")
    with pytest.raises(UserError, match=r"has no \[index\]"):
        load_sections(tmp_path)


def test_index_maps_beside_masks_are_refused(tmp_path: Path) -> None:
    indexed(dataset(tmp_path), np.zeros((4, 4), np.uint8))
    with pytest.raises(UserError, match="keep one of the two"):
        load_sections(tmp_path)


def test_labels_without_images_are_read_as_labels_only(tmp_path: Path) -> None:
    shutil.rmtree(dataset(tmp_path) / "images")
    sections = load_labels(tmp_path)
    assert [s.name for s in sections] == ["a", "b"]
    assert all(s.tissue.image is None for s in sections)
    with pytest.raises(UserError, match=r"section a has labels but no image.*images/a\.png"):
        load_sections(tmp_path)
    with pytest.raises(UserError, match="no such pictures"):
        load_images(tmp_path)


def test_labels_keep_the_images_that_there_are(tmp_path: Path) -> None:
    (dataset(tmp_path) / "images/b.png").unlink()
    assert [s.tissue.image is None for s in load_labels(tmp_path)] == [False, True]


def test_images_without_labels_are_read_as_images_only(tmp_path: Path) -> None:
    shutil.rmtree(dataset(tmp_path) / "labels")
    pictures = load_images(tmp_path, slice(1, None))
    assert [p.name for p in pictures] == ["b"]
    assert np.array_equal(pictures[0].image, grey(seed=1))
    assert pictures[0].pixel_size_nm == 4.6
    with pytest.raises(UserError, match="no label of class membrane"):
        load_sections(tmp_path)


def test_a_missing_mask_is_named_with_its_place(tmp_path: Path) -> None:
    (dataset(tmp_path) / "labels/mitochondrion/b.png").unlink()
    with pytest.raises(UserError, match=r"section b.*labels/mitochondrion/b\.png"):
        load_sections(tmp_path)


@pytest.mark.parametrize("place", ["images/a.png", "labels/mitochondrion/a.png"])
def test_different_sizes_of_image_and_mask_are_refused(tmp_path: Path, place: str) -> None:
    write(dataset(tmp_path) / place, grey((7, 9)))
    with pytest.raises(UserError, match=r"7x9.*40x32.*same size"):
        load_sections(tmp_path)


def test_an_unknown_class_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no class 'nucleus'.*membrane, mitochondrion"):
        load_sections(dataset(tmp_path), ["nucleus"])


@pytest.mark.parametrize("classes", [[], ["membrane", "membrane"]])
def test_no_class_or_one_class_twice_is_refused(tmp_path: Path, classes: list[str]) -> None:
    with pytest.raises(UserError, match="each once"):
        load_sections(dataset(tmp_path), classes)


def test_a_choice_of_no_section_is_refused_with_their_number(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"has 2 sections.*0:2"):
        load_sections(dataset(tmp_path), sections=slice(5, 9))


def test_an_empty_dataset_is_refused(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(UserError, match="name one or more classes"):
        load_sections(tmp_path)
    with pytest.raises(UserError, match="no such pictures"):
        load_images(tmp_path)


@pytest.mark.parametrize(
    ("name", "says"),
    [("gone", "does not exist"), ("file", "is a file"), ("empty", "is no dataset")],
)
def test_what_is_no_dataset_is_refused(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=says) as caught:
        load_sections(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
