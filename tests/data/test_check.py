from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.making import dataset, grey, lines, toml, write
from tests.data.test_vnc import published
from tissuegan.data.check import check


def test_a_sound_dataset_has_no_problems_and_no_hints(tmp_path: Path) -> None:
    report = check(dataset(tmp_path))
    assert report.ok
    assert report.problems == report.hints == ()
    assert report.classes == ("membrane", "mitochondrion")
    assert report.pixel_size_nm == 4.6
    assert report.areas == {"membrane": 0.25, "mitochondrion": 80 / 1280}
    assert [f.name for f in report.findings] == ["a", "b"]
    assert report.findings[0].size == (40, 32)
    assert report.findings[0].dtype == "uint8"
    assert report.findings[0].pixels == {"membrane": 320, "mitochondrion": 80}


def test_the_report_is_readable(tmp_path: Path) -> None:
    lines = check(dataset(tmp_path)).lines()
    assert lines[0] == f"{tmp_path}: 2 sections"
    assert "a: 40x32, uint8, membrane 25.0%, mitochondrion 6.2%" in lines
    assert "class membrane: 25.00% of the area" in lines
    assert lines[-1] == "no problems"


def test_the_published_layout_is_checked_too(tmp_path: Path) -> None:
    published(tmp_path)
    write(tmp_path / "raw/01.tif", grey((9, 20)))
    write(tmp_path / "mitochondria/77.png", lines((9, 20)).astype(np.uint8))
    report = check(tmp_path)
    assert any(re.search(r"77\.png belongs to no section of raw/", p) for p in report.problems)
    assert any("synapse is empty" in p for p in report.problems)
    assert any("the same size" in p for p in report.problems)


def remove_mask(folder: Path) -> None:
    (folder / "labels/mitochondrion/b.png").unlink()


def remove_image(folder: Path) -> None:
    (folder / "images/b.png").unlink()


def remove_class(folder: Path) -> None:
    shutil.rmtree(folder / "labels/mitochondrion")


def add_other_file(folder: Path) -> None:
    (folder / "labels/membrane/notes.txt").write_text("")


def bury_pictures(folder: Path) -> None:
    (folder / "images/more").mkdir()
    shutil.copy(folder / "images/a.png", folder / "images/more/c.png")


def shrink_mask(folder: Path) -> None:
    write(folder / "labels/membrane/b.png", lines((20, 20)))


def empty_class(folder: Path) -> None:
    for name in "ab":
        write(folder / f"labels/mitochondrion/{name}.png", np.zeros((40, 32), np.uint8))


def reverse_membranes(folder: Path) -> None:
    for name in "ab":
        write(folder / f"labels/membrane/{name}.png", ~lines())


def colour_image(folder: Path) -> None:
    write(folder / "images/b.png", np.dstack([grey(seed=k) for k in range(3)]))


def fractions_with_holes(folder: Path) -> None:
    (folder / "images/b.png").unlink()
    write(folder / "images/b.tif", np.full((40, 32), np.nan, np.float32))


def one_pixel(folder: Path) -> None:
    for place in ("images", "labels/membrane", "labels/mitochondrion"):
        write(folder / place / "b.png", grey((1, 1)))


def flat_image(folder: Path) -> None:
    write(folder / "images/b.png", np.full((40, 32), 9, np.uint8))


def cut_image_short(folder: Path) -> None:
    path = write(folder / "images/b.tif", grey())
    path.write_bytes(path.read_bytes()[:700])
    (folder / "images/b.png").unlink()


def cut_mask_short(folder: Path) -> None:
    path = folder / "labels/membrane/b.png"
    path.write_bytes(path.read_bytes()[:60])


def mix_depths(folder: Path) -> None:
    write(folder / "images/b.png", grey(dtype="uint16"))


def double_stem(folder: Path) -> None:
    write(folder / "images/b.tif", grey())


def wrong_settings(folder: Path) -> None:
    toml(folder, "pixelsize = 3")


def unknown_index_value(folder: Path) -> None:
    shutil.rmtree(folder / "labels")
    toml(folder, "[index]\nmembrane = 1\n")
    write(folder / "labels/a.png", lines().astype(np.uint8))
    write(folder / "labels/b.png", lines().astype(np.uint8) + np.uint8(1))


PLANTED: list[tuple[Callable[[Path], None], str]] = [
    (remove_mask, r"no label of class mitochondrion \(labels/mitochondrion/NAME\.png\) for b$"),
    (remove_image, r"no image \(images/NAME\.png\) for the labels of b$"),
    (remove_class, r"no label of class mitochondrion .* for a, b$"),
    (add_other_file, r"notes\.txt is no PNG or TIFF file"),
    (bury_pictures, r"images/more/c\.png lies in a folder that is not looked into"),
    (shrink_mask, r"labels/membrane/b\.png is 20x20 but section b is 40x32"),
    (empty_class, r"class mitochondrion is empty in every section"),
    (reverse_membranes, r"class membrane covers 75% of the area, so it looks reversed"),
    (colour_image, r"images/b\.png is a colour picture; convert it to one grey channel"),
    (fractions_with_holes, r"images/b\.tif holds floating-point numbers \(some are NaN\)"),
    (one_pixel, r"images/b\.png has only 1x1 pixels"),
    (flat_image, r"images/b\.png is 9 everywhere"),
    (cut_image_short, r"images/b\.tif cannot be read"),
    (cut_mask_short, r"labels/membrane/b\.png cannot be read"),
    (mix_depths, r"the images mix uint16 and uint8"),
    (double_stem, r"has both b\.png and b\.tif"),
    (wrong_settings, r"unknown key 'pixelsize'"),
    (unknown_index_value, r"labels/b\.png has the values 2, which \[index\]"),
]


@pytest.mark.parametrize(("plant", "says"), PLANTED, ids=[p.__name__ for p, _ in PLANTED])
def test_a_planted_problem_is_found_and_no_other(
    tmp_path: Path, plant: Callable[[Path], None], says: str
) -> None:
    plant(dataset(tmp_path))
    report = check(tmp_path)
    assert [bool(re.search(says, problem)) for problem in report.problems] == [True]
    assert f"problem: {report.problems[0]}" in report.lines()
    assert report.lines()[-1] == "1 problem"


def test_all_problems_are_collected_rather_than_the_first(tmp_path: Path) -> None:
    dataset(tmp_path)
    plants = (shrink_mask, colour_image, add_other_file, empty_class, wrong_settings)
    for plant in plants:
        plant(tmp_path)
    assert len(check(tmp_path).problems) >= len(plants)


def test_many_missing_files_make_one_sentence(tmp_path: Path) -> None:
    dataset(tmp_path, tuple(f"s{k}" for k in range(9)))
    for k in range(8):
        (tmp_path / f"labels/membrane/s{k}.png").unlink()
    (problem,) = check(tmp_path).problems
    assert problem.endswith("for s0, s1, s2, s3, s4 and 3 more")


def brighten_membranes(folder: Path) -> None:
    for name in "ab":
        write(folder / f"images/{name}.png", 255 - grey())


def equal_channels(folder: Path) -> None:
    write(folder / "images/b.png", np.dstack([grey()] * 3))


def no_settings(folder: Path) -> None:
    (folder / "dataset.toml").unlink()


def no_images(folder: Path) -> None:
    shutil.rmtree(folder / "images")


def no_labels(folder: Path) -> None:
    shutil.rmtree(folder / "labels")


def wide_class(folder: Path) -> None:
    toml(folder, "")
    for name in "ab":
        write(folder / f"labels/cytoplasm/{name}.png", ~lines())


ODDITIES: list[tuple[Callable[[Path], None], str]] = [
    (brighten_membranes, r"brighter than what they enclose"),
    (equal_channels, r"images/b\.png has 3 equal channels"),
    (no_settings, r"no dataset\.toml, so a pixel is taken for 4\.6 nm"),
    (no_images, r"no images: enough to render"),
    (no_labels, r"no labels: enough to segment"),
    (wide_class, r"class cytoplasm covers 75%"),
]


@pytest.mark.parametrize(("plant", "says"), ODDITIES, ids=[p.__name__ for p, _ in ODDITIES])
def test_an_oddity_that_may_be_meant_is_a_hint(
    tmp_path: Path, plant: Callable[[Path], None], says: str
) -> None:
    plant(dataset(tmp_path))
    report = check(tmp_path)
    assert report.ok
    assert [bool(re.search(says, hint)) for hint in report.hints] == [True]


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_what_is_no_dataset_is_a_problem_and_no_exception(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    report = check(tmp_path / name)
    assert len(report.problems) == 1
    assert report.findings == ()


def test_a_dataset_of_no_pictures_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert "has no pictures" in check(tmp_path).problems[0]
