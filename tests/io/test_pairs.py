from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissuegan.classes import LabelClasses
from tissuegan.data import load_sections
from tissuegan.errors import UserError
from tissuegan.io import pairs
from tissuegan.io.folder import write_settings
from tissuegan.io.pairs import Pair, is_done, write_pair, write_pairs
from tissuegan.io.png import PngWriter, png_text
from tissuegan.noise import normals
from tissuegan.region import Region
from tissuegan.sampling.canvas import IMAGE_TILE
from tissuegan.tissue import Tissue

FIELD = Region(-700, 5, 1500, 40)


class Plane:
    """An endless source that remembers which regions it was asked for."""

    classes = LabelClasses(("wall", "blob"))
    pixel_size_nm = 4.6
    bounds = None

    def __init__(self, seed: int = 0, image: bool = True) -> None:
        self.seed, self.has_image = seed, image
        self.asked: list[Region] = []

    def __getitem__(self, region: Region, /) -> Tissue:
        self.asked.append(region)
        values = normals(self.seed, 0, region, 3)
        image = (40 * values[2] + 128).clip(0, 255).astype(np.uint8)
        return Tissue(
            values[:2] > 0,
            image if self.has_image else None,
            self.classes,
            self.pixel_size_nm,
            region,
        )


def pair(seed: int = 0, region: Region = FIELD, image: bool = True, name: str = "a") -> Pair:
    return Pair(name, Plane(seed, image), region, {"made by": "test", "seed": str(seed)})


def asked(pair: Pair) -> list[Region]:
    assert isinstance(pair.source, Plane)
    return pair.source.asked


def written(folder: Path, *these: Pair) -> dict[str, bytes]:
    for _ in write_pairs(folder, list(these)):
        pass
    return contents(folder)


def stop(run: Iterator[object]) -> None:
    """Breaks off a writer where it stands, as an interruption does."""
    assert isinstance(run, Generator)
    run.close()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def calm(tmp_path: Path) -> dict[str, bytes]:
    """What two pairs look like that were written undisturbed."""
    return written(tmp_path / "calm", pair(), pair(1, name="b"))


starts = st.integers(-3000, 3000) | st.sampled_from([-(2**50) - 3, 2**50 + 9])


@given(st.builds(Region, starts, starts, st.integers(1, 3000), st.integers(1, 9)))
def test_bands_are_the_region_cut_at_rows_of_tiles(region: Region) -> None:
    bands = pair(region=region).bands()
    assert sum(band.height for band in bands) == region.height
    assert (bands[0].y0, bands[-1].y1) == (region.y0, region.y1)
    for band, following in pairwise(bands):
        assert band.y1 == following.y0
        assert band.y1 % pairs.BAND == 0
    for band in bands:
        assert band.y0 // pairs.BAND == (band.y1 - 1) // pairs.BAND
        assert (band.x0, band.width) == (region.x0, region.width)


def test_bands_are_as_high_as_the_canvas_tiles() -> None:
    assert pairs.BAND == IMAGE_TILE


def test_a_pair_reads_back_as_the_tissue(tmp_path: Path) -> None:
    source = Plane()
    write_settings(tmp_path, source.classes, source.pixel_size_nm)
    written(tmp_path, pair())
    (section,) = load_sections(tmp_path)
    tissue = source[FIELD]
    assert section.name == "a"
    assert np.array_equal(section.tissue.masks, tissue.masks)
    assert np.array_equal(section.tissue.image, tissue.image)  # type: ignore[arg-type]


def test_every_file_says_what_it_is(calm: dict[str, bytes], tmp_path: Path) -> None:
    assert len(calm) == 6
    for name in ("images/b.png", "labels/wall/b.png", "labels/blob/b.png"):
        text = png_text(tmp_path / "calm" / name)
        assert text["Software"] == "tissuegan"
        assert text[pairs.KEY] == (
            '{"height": "1500", "made by": "test", "pixel_size_nm": "4.6", "seed": "1", '
            '"width": "40", "x0": "5", "y0": "-700"}'
        )


def test_no_more_than_a_band_is_asked_for_at_a_time(tmp_path: Path) -> None:
    one = pair()
    written(tmp_path, one)
    assert asked(one) == one.bands()


def test_progress_counts_bands(tmp_path: Path) -> None:
    steps = list(write_pairs(tmp_path, [pair(), pair(1, name="b")]))
    assert [(step.done, step.total) for step in steps] == [(k, 8) for k in range(9)]
    again = list(write_pairs(tmp_path, [pair(), pair(1, name="b")]))
    assert [(step.done, step.total) for step in again] == [(8, 8)]


@pytest.mark.parametrize("bands", range(9))
def test_what_was_broken_off_is_made_good_by_the_same_call(
    bands: int, calm: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run = write_pairs(folder, [pair(), pair(1, name="b")])
    for _ in range(bands + 1):
        next(run)
    stop(run)
    there = contents(folder)
    assert all(calm[name] == data for name, data in there.items())
    assert len(there) in (0, 3)
    assert written(folder, pair(), pair(1, name="b")) == calm


def test_a_file_left_by_a_kill_is_no_hindrance(calm: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run = write_pair(folder, pair())
    next(run)
    halves = [path for path in folder.rglob("*") if path.is_file()]
    kept = {path: path.read_bytes()[:50] for path in halves}
    stop(run)
    for path, data in kept.items():
        path.write_bytes(data)
    assert kept
    assert written(folder, pair(), pair(1, name="b")) == calm


@pytest.mark.parametrize("name", ["images/a.png", "labels/wall/a.png", "labels/blob/a.png"])
def test_a_pair_that_lacks_a_file_is_made_again(
    name: str, calm: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "calm"
    (folder / name).unlink()
    assert not is_done(folder, pair())
    assert written(folder, pair(), pair(1, name="b")) == calm


@pytest.mark.usefixtures("calm")
def test_a_finished_pair_is_recognised_without_making_any_of_it(tmp_path: Path) -> None:
    one = pair()
    assert is_done(tmp_path / "calm", one)
    written(tmp_path / "calm", one)
    assert not asked(one)


OTHERS: dict[str, Callable[[], Pair]] = {
    "seed": lambda: pair(2),
    "place": lambda: pair(region=FIELD.shift(0, 1)),
    "size": lambda: pair(region=Region(FIELD.y0, FIELD.x0, 10, 10)),
}


@pytest.mark.parametrize("other", OTHERS)
def test_files_of_another_call_are_refused_and_left_alone(
    other: str, calm: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "calm"
    with pytest.raises(UserError, match=r"a\.png is there and was not made by this call"):
        written(folder, OTHERS[other](), pair(3, name="c"))
    assert contents(folder) == calm


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(b"mine")
    with pytest.raises(UserError, match="was not made by this call"):
        written(tmp_path, pair())
    assert contents(tmp_path) == {"images/a.png": b"mine"}


def test_labels_alone_are_a_pair_without_an_image(tmp_path: Path) -> None:
    files = written(tmp_path, pair(image=False))
    assert sorted(files) == ["labels/blob/a.png", "labels/wall/a.png"]
    assert is_done(tmp_path, pair(image=False))
    assert written(tmp_path, pair(image=False)) == files


def test_a_source_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Failing(Plane):
        def __getitem__(self, region: Region, /) -> Tissue:
            if region.y0 > FIELD.y0:
                raise ZeroDivisionError
            return super().__getitem__(region)

    with pytest.raises(ZeroDivisionError):
        written(tmp_path, Pair("a", Failing(), FIELD, {}))
    assert not contents(tmp_path)


def test_a_full_disk_is_told_with_the_folder_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: PngWriter, kind: bytes, data: bytes) -> None:
        if kind == b"IDAT" and data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(PngWriter, "_chunk", full)
        with pytest.raises(UserError, match=f"{tmp_path} cannot be written .no space left"):
            written(tmp_path, pair())
    assert not contents(tmp_path)
    assert written(tmp_path, pair())
