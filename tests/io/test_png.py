from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tissuegan.io.png import PngWriter, png_text

DTYPES = ("bool", "uint8", "uint16")


def noisy(shape: tuple[int, int], dtype: str) -> NDArray[Any]:
    top = 2 if dtype == "bool" else np.iinfo(dtype).max + 1
    return np.random.default_rng(0).integers(0, top, shape).astype(dtype)


def write(
    path: Path,
    array: NDArray[Any],
    cuts: tuple[int, ...] = (),
    text: Mapping[str, str] = MappingProxyType({}),
) -> None:
    with PngWriter(path, array.shape, str(array.dtype), text) as writer:
        for band in np.split(array, cuts):
            writer.rows(band)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1, 1), (7, 9), (30, 16), (5, 300)])
@pytest.mark.parametrize("cuts", [(), (1, 4)])
def test_pixels_come_back_through_another_library(
    dtype: str, shape: tuple[int, int], cuts: tuple[int, ...], tmp_path: Path
) -> None:
    array = noisy(shape, dtype)
    write(tmp_path / "a.png", array, cuts)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.mode == {"bool": "1", "uint8": "L", "uint16": "I;16"}[dtype]
        assert np.array_equal(np.array(picture), array)


def test_windows_of_larger_arrays_are_written_alike(tmp_path: Path) -> None:
    array = noisy((20, 30), "uint16")
    write(tmp_path / "a.png", array[::2, 5:25])
    assert np.array_equal(np.array(Image.open(tmp_path / "a.png")), array[::2, 5:25])


def test_the_same_calls_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write(tmp_path / name, noisy((20, 30), "uint8"), (7,), {"Software": "x"})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_text_comes_back_in_order_and_through_another_library(tmp_path: Path) -> None:
    text = {"Software": "tissuegan", "b": '{"x": "naïve"}', "a": "two\nlines"}
    write(tmp_path / "a.png", noisy((3, 4), "uint8"), text=text)
    assert list(png_text(tmp_path / "a.png").items()) == list(text.items())
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info == text


def test_a_file_that_is_no_png_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for contents in (b"", b"something else", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0"):
        path.write_bytes(contents)
        assert png_text(path) == {}


def test_a_png_of_another_library_has_the_text_that_it_has(tmp_path: Path) -> None:
    Image.fromarray(noisy((3, 4), "uint8")).save(tmp_path / "a.png")
    assert png_text(tmp_path / "a.png") == {}


def test_a_file_is_there_only_when_it_is_whole(tmp_path: Path) -> None:
    path, array = tmp_path / "a.png", noisy((8, 8), "uint8")
    with PngWriter(path, (8, 8), "uint8", {}) as writer:
        writer.rows(array)
        assert not path.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def broken_off(path: Path) -> None:
    with PngWriter(path, (8, 8), "uint8", {}) as writer:
        writer.rows(noisy((3, 8), "uint8"))
        raise KeyboardInterrupt


def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        broken_off(tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_what_is_broken_off_leaves_an_earlier_file_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.png", noisy((2, 2), "uint8"))
    before = (tmp_path / "a.png").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        broken_off(tmp_path / "a.png")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.png", before)]


def test_a_disk_that_fills_up_at_the_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = PngWriter._chunk

    def full(self: PngWriter, kind: bytes, data: bytes) -> None:
        if kind == b"IEND":
            raise OSError(28, "No space left on device")
        plain(self, kind, data)

    monkeypatch.setattr(PngWriter, "_chunk", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a.png", noisy((2, 2), "uint8"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rows", [0, 3, 5])
def test_a_wrong_number_of_rows_is_no_picture(rows: int, tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match=f"{rows} rows"),
        PngWriter(tmp_path / "a.png", (4, 8), "uint8", {}) as writer,
    ):
        writer.rows(noisy((rows, 8), "uint8"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "band", [noisy((4, 7), "uint8"), noisy((4, 8), "uint16"), noisy((4, 8), "bool")[0]]
)
def test_rows_of_another_kind_are_refused(band: NDArray[Any], tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="are no rows of"),
        PngWriter(tmp_path / "a.png", (4, 8), "uint8", {}) as writer,
    ):
        writer.rows(band)


def peak(path: Path, bands: int) -> int:
    """Bytes at most in use while some bands are written."""
    band = noisy((64, 2000), "uint8")
    tracemalloc.start()
    with PngWriter(path, (64 * bands, 2000), "uint8", {}) as writer:
        for _ in range(bands):
            writer.rows(band)
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


def test_memory_does_not_grow_with_the_height(tmp_path: Path) -> None:
    few, many = peak(tmp_path / "a.png", 4), peak(tmp_path / "b.png", 40)
    assert many < 1.1 * few
    assert (tmp_path / "b.png").stat().st_size > 2 * many
