from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
import tifffile

from tests.io.scenes import CORNER, SIDES, Plane, contents
from tissuegan.errors import UserError
from tissuegan.io import ome_tiff
from tissuegan.io.ome_tiff import open_ome_tiff
from tissuegan.io.source import open_sources
from tissuegan.io.window import Workers, write_window
from tissuegan.region import Region

FIELD = Region(*CORNER, 70, 100)


def write(path: Path, source: Plane | None = None, workers: Workers | None = None) -> Path:
    for _ in write_window(source or Plane(), str(path), FIELD, workers=workers, sides=SIDES):
        pass
    return path


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that was written undisturbed; not to be changed."""
    return write(tmp_path_factory.mktemp("calm") / "a.ome.tif")


def test_a_file_reads_back_as_the_tissue(calm: Path) -> None:
    (named,) = open_sources(str(calm))
    stored, tissue = named.source, Plane()[FIELD]
    assert (stored.bounds, stored.classes, stored.pixel_size_nm) == (FIELD, Plane.classes, 4.6)
    assert np.array_equal(stored[FIELD].masks, tissue.masks)
    assert np.array_equal(stored[FIELD].image, tissue.image)  # type: ignore[arg-type]
    assert stored[FIELD].provenance == tissue.provenance
    inner = Region(FIELD.y0 + 30, FIELD.x0 + 61, 40, 8)
    assert np.array_equal(stored[inner].masks, tissue.crop(inner).masks)


def test_other_programs_see_channels_levels_tiles_and_the_size_of_a_pixel(calm: Path) -> None:
    with tifffile.TiffFile(calm) as file:
        series, page = file.series[0], file.pages[0]
        assert file.is_ome
        assert (series.axes, series.shape) == ("CYX", (3, 70, 100))
        assert [level.shape[1:] for level in series.levels] == [(70, 100), (35, 50), (18, 25)]
        assert (page.tile, file.is_bigtiff) == ((32, 32), False)
        pixels = tifffile.xml2dict(file.ome_metadata or "")["OME"]["Image"]["Pixels"]
        tissue = Plane()[FIELD]
        assert np.array_equal(series.asarray()[1:], tissue.masks * np.uint8(255))
        assert np.array_equal(series.levels[1].asarray()[0].shape, (35, 50))
    assert (pixels["PhysicalSizeX"], pixels["PhysicalSizeXUnit"]) == (4.6, "nm")
    names = [channel["Name"] for channel in pixels["Channel"]]
    assert names == ["image", "wall", "mitochondrion"]


def test_large_files_are_bigtiff(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert ome_tiff.BIG < 1 << 32
    monkeypatch.setattr(ome_tiff, "BIG", 10_000)
    with tifffile.TiffFile(write(tmp_path / "a.ome.tif")) as file:
        assert file.is_bigtiff


@pytest.mark.parametrize("after", [1, 3, 6])
def test_what_was_broken_off_ends_in_the_same_bytes(after: int, calm: Path, tmp_path: Path) -> None:
    run = write_window(Plane(), str(tmp_path / "a.ome.tif"), FIELD, sides=SIDES)
    for _ in range(after):
        next(run)
    assert isinstance(run, Generator)
    run.close()
    assert not (tmp_path / "a.ome.tif").exists()
    (tmp_path / ".a.ome.tif.part").write_bytes(b"half")
    write(tmp_path / "a.ome.tif")
    write(tmp_path / "a.ome.tif")
    assert contents(tmp_path) == contents(calm.parent)


def test_shares_make_the_same_bytes(calm: Path, tmp_path: Path) -> None:
    for share in ((2, 2), (1, 2)):
        write(tmp_path / "a.ome.tif", workers=Workers(share=share))
    write(tmp_path / "a.ome.tif")
    assert contents(tmp_path) == contents(calm.parent)


def test_a_file_of_another_call_is_refused_and_left_alone(calm: Path, tmp_path: Path) -> None:
    shutil.copy(calm, tmp_path)
    (tmp_path / "b.ome.tif").write_bytes(b"mine")
    before = contents(tmp_path)
    for name in "ab":
        with pytest.raises(UserError, match="was not made by this call"):
            write(tmp_path / f"{name}.ome.tif", Plane(1))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("dtype", ["uint16", None])
def test_sixteen_bits_and_labels_alone_come_back(dtype: str | None, tmp_path: Path) -> None:
    source = Plane(dtype=dtype)
    stored, tissue = open_ome_tiff(str(write(tmp_path / "a.ome.tif", source)))[FIELD], source[FIELD]
    assert np.array_equal(stored.masks, tissue.masks)
    assert (stored.image is None) == (dtype is None)
    if tissue.image is not None:
        assert np.array_equal(stored.image, tissue.image)  # type: ignore[arg-type]


def test_what_is_no_ome_tiff_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.ome.tif").write_bytes(b"mine")
    tifffile.imwrite(tmp_path / "b.ome.tif", np.zeros((8, 8), np.uint8))
    for name in "abc":
        with pytest.raises(UserError, match="cannot be read as OME-TIFF"):
            open_ome_tiff(str(tmp_path / f"{name}.ome.tif"))
