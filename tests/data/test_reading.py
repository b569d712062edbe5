from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.data.making import grey, write
from tissuegan.data.reading import (
    in_order,
    pictures_in,
    read_grey,
    read_index,
    read_mask,
    read_provenance,
)
from tissuegan.errors import UserError


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.tiff", "a.PNG", "a.TIF"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_grey_pictures_are_read_with_every_bit(tmp_path: Path, name: str, dtype: str) -> None:
    image = grey(dtype=dtype)
    path = write(tmp_path / name.lower(), image).rename(tmp_path / name)
    read = read_grey(path)
    assert read.dtype == image.dtype
    assert np.array_equal(read, image)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_a_one_bit_picture_is_black_and_white_as_an_image_and_true_and_false_as_a_mask(
    tmp_path: Path, name: str
) -> None:
    mask = grey() > 150
    path = write(tmp_path / name, mask)
    assert np.array_equal(read_grey(path), mask * np.uint8(255))
    assert np.array_equal(read_mask(path), mask)
    assert np.array_equal(read_index(path), mask.astype(np.uint8))


def test_every_value_of_a_mask_but_zero_counts(tmp_path: Path) -> None:
    values = np.array([[0, 1], [7, 255]], np.uint8)
    assert read_mask(write(tmp_path / "a.png", values)).tolist() == [[False, True], [True, True]]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [2, 3, 4])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_equal_channels_are_read_as_one_with_every_bit(
    tmp_path: Path, dtype: str, channels: int, suffix: str
) -> None:
    image = grey(dtype=dtype)
    colours = np.stack([image] * channels, -1)
    if channels in (2, 4):
        colours[..., -1] = np.iinfo(dtype).max
    path = tmp_path / f"a{suffix}"
    if suffix == ".png":
        path.write_bytes(imagecodecs.png_encode(colours))
    else:
        tifffile.imwrite(
            path,
            colours,
            photometric="rgb" if channels > 2 else "minisblack",
            planarconfig="contig",
        )
    assert np.array_equal(read_grey(path), image)
    assert read_grey(path).dtype == image.dtype


def test_the_index_of_a_palette_picture_is_its_value(tmp_path: Path) -> None:
    index = np.arange(12, dtype=np.uint8).reshape(3, 4) % 3
    picture = Image.fromarray(index)
    picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    picture.save(tmp_path / "a.png")
    assert np.array_equal(read_index(tmp_path / "a.png"), index)


def test_a_negative_tiff_is_read_as_every_viewer_shows_it(tmp_path: Path) -> None:
    image = grey()
    tifffile.imwrite(tmp_path / "a.tif", image, photometric="miniswhite")
    assert np.array_equal(read_grey(tmp_path / "a.tif"), 255 - image)


def test_a_section_may_have_more_pixels_than_a_photograph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert read_grey(write(tmp_path / "a.png", grey())).shape == (40, 32)


COLOUR = np.random.default_rng(0).integers(0, 255, (8, 8, 3)).astype(np.uint8)
HOLES = np.where(np.eye(8) > 0, np.nan, 0.5).astype(np.float32)
SEE_THROUGH = np.concatenate([np.repeat(COLOUR[..., :1], 3, -1), COLOUR[..., 1:2]], -1)


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (COLOUR, "colour picture; convert"),
        (SEE_THROUGH, "transparent"),
        (HOLES, "NaN"),
        (np.ones((8, 8), np.float32), "floating-point"),
        (np.ones((8, 8), np.int32), "int32"),
        (np.ones((5, 8, 8), np.uint8), "5 x 8 x 8"),
    ],
)
def test_what_is_no_grey_picture_is_refused_with_the_file_and_the_remedy(
    tmp_path: Path, array: np.ndarray, says: str
) -> None:
    path = tmp_path / "odd.tif"
    kind = "rgb" if array.ndim == 3 and array.shape[-1] in (3, 4) else "minisblack"
    tifffile.imwrite(path, array, photometric=kind)
    with pytest.raises(UserError, match=says) as caught:
        read_grey(path)
    assert str(path) in str(caught.value)


def test_a_label_file_of_fractions_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", np.ones((4, 4), np.float32))
    with pytest.raises(UserError, match="integers"):
        read_mask(path)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9])
def test_a_file_cut_short_is_refused_in_one_sentence(
    tmp_path: Path, name: str, share: float
) -> None:
    path = write(tmp_path / name, grey((100, 100)))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(UserError, match="cannot be read") as caught:
        read_grey(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300), st.sampled_from(["a.png", "a.tif"]), st.integers(0, 200))
def test_no_damage_makes_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, name: str, at: int
) -> None:
    path = write(tmp_path_factory.mktemp("damaged") / name, grey())
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    with contextlib.suppress(UserError):
        read_grey(path)


def test_a_tiff_that_claims_to_be_far_larger_than_its_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.tif", grey((100, 100)))
    monkeypatch.setattr("tissuegan.data.reading.SMALLEST_DOUBT", 0)
    assert read_grey(path).shape == (100, 100)
    monkeypatch.setattr("tissuegan.data.reading.DENSEST", 0)
    with pytest.raises(UserError, match="far larger than what it holds"):
        read_grey(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.png does not exist"):
        read_grey(tmp_path / "gone.png")


def test_another_kind_of_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a PNG or TIFF"):
        read_grey(tmp_path / "a.jpg")


def test_names_are_sorted_by_the_numbers_in_them() -> None:
    names = ["s10", "s9", "s009b", "t1", "s2_10", "s2_9", "S1", "10", "9"]
    sorted_names = [p.stem for p in in_order(Path(f"{n}.png") for n in names)]
    assert sorted_names == ["9", "10", "S1", "s2_9", "s2_10", "s9", "s009b", "s10", "t1"]


def test_hidden_and_other_files_are_no_pictures(tmp_path: Path) -> None:
    for name in ("b.png", "a.tif"):
        write(tmp_path / name, grey())
    for name in (".a.png", "notes.txt", ".b.png.part"):
        (tmp_path / name).write_bytes(b"")
    assert list(pictures_in(tmp_path)) == ["a", "b"]


def test_two_files_of_one_stem_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.png", grey())
    write(tmp_path / "a.tif", grey())
    with pytest.raises(UserError, match=r"both a\.png and a\.tif"):
        pictures_in(tmp_path)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_a_foreign_picture_says_nothing_of_its_origin(tmp_path: Path, name: str) -> None:
    assert read_provenance(write(tmp_path / name, grey())) == {}


def unreadable(*_: Any, **__: Any) -> None:
    raise PermissionError


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.tif", grey())
    monkeypatch.setattr(tifffile, "TiffFile", unreadable)
    with pytest.raises(UserError, match="may not be read"):
        read_grey(path)
