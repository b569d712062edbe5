from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.data.making import section, write
from tissuegan.classes import LabelClasses
from tissuegan.data import load_labels, load_sections
from tissuegan.data.check import check
from tissuegan.errors import UserError
from tissuegan.io.folder import write_pair, write_settings
from tissuegan.region import Region
from tissuegan.tissue import Tissue

NAMES = ("membrane", "Zellkern", "a b")


@st.composite
def tissues(draw: st.DrawFn) -> Tissue:
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    count = draw(st.integers(1, 3))
    masks = draw(arrays.arrays(np.bool_, (count, *shape)))
    dtype = draw(st.sampled_from(["uint8", "uint16", "none"]))
    image = None if dtype == "none" else draw(arrays.arrays(dtype, shape))
    corner = draw(st.tuples(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40)))
    size = draw(st.floats(0.01, 1000))
    origin = draw(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2))
    return Tissue(masks, image, LabelClasses(NAMES[:count]), size, Region(*corner, *shape), origin)


@given(tissues())
def test_a_written_tissue_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, tissue: Tissue
) -> None:
    folder = tmp_path_factory.mktemp("out") / "new"
    write_pair(folder, "x", tissue)
    (read,) = load_labels(folder) if tissue.image is None else load_sections(folder)
    assert read.name == "x"
    assert read.classes.names == tissue.classes.names
    assert read.pixel_size_nm == tissue.pixel_size_nm
    assert read.bounds.shape == tissue.region.shape
    assert np.array_equal(read.tissue.masks, tissue.masks)
    if tissue.image is not None:
        assert read.tissue.image is not None
        assert read.tissue.image.dtype == tissue.image.dtype
        assert np.array_equal(read.tissue.image, tissue.image)


def test_the_provenance_is_kept_in_the_files(tmp_path: Path) -> None:
    origin = {"model": "dsgan", "seed": "7", "edits": '["gap → closed"]'}
    write_pair(tmp_path, "x", replace(section().tissue, provenance=origin))
    read = load_sections(tmp_path)[0].tissue.provenance
    assert origin.items() <= read.items()
    assert read["section"] == "x"


def test_a_folder_takes_many_pairs_of_the_same_classes(tmp_path: Path) -> None:
    for k in range(3):
        write_pair(tmp_path, f"s{k}", section((20 + k, 30), seed=k).tissue)
    assert [s.bounds.height for s in load_sections(tmp_path)] == [20, 21, 22]
    assert check(tmp_path).ok


def contents(folder: Path) -> dict[Path, tuple[int, bytes]]:
    files = [p for p in folder.rglob("*") if p.is_file()]
    return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in files}


def test_writing_the_same_again_changes_no_file(tmp_path: Path) -> None:
    write_pair(tmp_path, "x", section().tissue)
    before = contents(tmp_path)
    write_pair(tmp_path, "x", section().tissue)
    assert contents(tmp_path) == before


def test_a_pair_that_is_half_there_is_completed_to_the_same_bytes(tmp_path: Path) -> None:
    write_pair(tmp_path / "whole", "x", section().tissue)
    write_pair(tmp_path / "half", "x", section().tissue)
    (tmp_path / "half/labels/mitochondrion/x.png").unlink()
    (tmp_path / "half/images/.x.png.part").write_bytes(b"killed here")
    write_pair(tmp_path / "half", "x", section().tissue)
    whole = {
        p.relative_to(tmp_path / "whole"): b for p, (_, b) in contents(tmp_path / "whole").items()
    }
    half = {
        p.relative_to(tmp_path / "half"): b for p, (_, b) in contents(tmp_path / "half").items()
    }
    assert half == whole


def test_a_different_tissue_is_not_written_over(tmp_path: Path) -> None:
    write_pair(tmp_path, "x", section(seed=1).tissue)
    before = contents(tmp_path)
    with pytest.raises(UserError, match=r"x\.png is there"):
        write_pair(tmp_path, "x", section(seed=2).tissue)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("foreign", [b"no picture", b""])
def test_a_foreign_file_is_not_written_over(tmp_path: Path, foreign: bytes) -> None:
    path = tmp_path / "images/x.png"
    path.parent.mkdir()
    path.write_bytes(foreign)
    with pytest.raises(UserError, match=r"x\.png is there"):
        write_pair(tmp_path, "x", section().tissue)
    assert path.read_bytes() == foreign


def test_a_foreign_picture_is_not_written_over(tmp_path: Path) -> None:
    tissue = section().tissue
    assert tissue.image is not None
    write(tmp_path / "images/x.png", tissue.image)
    with pytest.raises(UserError, match=r"x\.png is there"):
        write_pair(tmp_path, "x", tissue)


@pytest.mark.parametrize(
    "change", [{"pixel_size_nm": 8.0}, {"classes": LabelClasses(("membrane", "vesicle"))}]
)
def test_a_folder_of_other_classes_or_pixels_is_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    write_pair(tmp_path, "x", section().tissue)
    with pytest.raises(UserError, match=r"dataset\.toml is there already"):
        write_pair(tmp_path, "y", replace(section().tissue, **change))  # type: ignore[arg-type]


def test_settings_are_written_once_and_read_back(tmp_path: Path) -> None:
    for _ in range(2):
        write_settings(tmp_path, LabelClasses(("b", "a")), 3)
    text = (tmp_path / "dataset.toml").read_text()
    assert text == 'pixel_size_nm = 3.0\nclasses = [\n    "b",\n    "a",\n]\n'


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"file.* cannot be written"):
        write_pair(tmp_path / "file", "x", section().tissue)


def test_a_folder_that_is_in_the_way_of_a_class_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/membrane").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_pair(tmp_path, "x", section().tissue)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x"])
def test_a_name_that_cannot_be_a_files_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be the name of a file"):
        write_pair(tmp_path, name, section().tissue)


def test_a_class_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="rename the class"):
        write_settings(tmp_path, LabelClasses(("a/b",)), 4.6)
