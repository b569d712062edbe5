from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissuegan.cli import values
from tissuegan.errors import UserError


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1), st.sampled_from("xX×"))
def test_a_size_is_rows_times_columns(height: int, width: int, times: str) -> None:
    assert values.parse_size(f"{height}{times}{width}") == (height, width)


@pytest.mark.parametrize(
    "text",
    ["0x10", "10x0", "-1x5", "5x-1", "10", "x", "10x", "1.5x2", "axb", "", "1x2x3", "1 x 2", "²x3"],
)
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UserError, match="as in --size 1024x2048"):
        values.parse_size(text)


def test_a_size_beyond_what_a_picture_can_have_is_refused() -> None:
    with pytest.raises(UserError, match="too large"):
        values.parse_size(f"1x{2**31}")


@given(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62))
def test_an_origin_is_row_and_column_of_any_sign(y: int, x: int) -> None:
    assert values.parse_origin(f"{y},{x}") == (y, x)


@pytest.mark.parametrize("text", ["5", "1,2,3", "a,b", "1.5,2", "", ",", "1,"])
def test_what_is_no_point_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UserError, match="as in --origin=-512,0"):
        values.parse_origin(text)


def test_an_origin_beyond_the_coordinates_of_the_noise_is_refused() -> None:
    with pytest.raises(UserError, match="too far out"):
        values.parse_origin(f"0,{2**62 + 1}")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0:10", slice(0, 10)),
        ("3:", slice(3, None)),
        (":4", slice(None, 4)),
        (":", slice(None, None)),
        (None, None),
    ],
)
def test_sections_are_a_slice(text: str | None, meant: slice | None) -> None:
    assert values.parse_sections(text) == meant


@pytest.mark.parametrize("text", ["5:5", "7:3", "0:0", ":0", "5", "a:b", "-2:3", "1:2:3", ""])
def test_sections_that_choose_nothing_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="as in --sections 0:10"):
        values.parse_sections(text)


def test_overrides_are_split_at_the_first_equals_sign() -> None:
    assert values.parse_overrides(["batch=8", "a.b = x=y"]) == {"batch": "8", "a.b": "x=y"}


@pytest.mark.parametrize("texts", [["batch"], ["=8"], ["batch=8", "batch=9"]])
def test_overrides_of_another_form_or_given_twice_are_refused(texts: list[str]) -> None:
    with pytest.raises(UserError, match="--set"):
        values.parse_overrides(texts)


def test_an_option_that_is_a_field_too_is_told_once() -> None:
    assert values.told_once({"batch": "8"}, steps=5, seed=None) == {"steps": "5"}
    with pytest.raises(UserError, match="--seed and --set seed are both given"):
        values.told_once({"seed": "5"}, steps=5, seed=3)


@pytest.mark.parametrize("name", ["a.ome.zarr", "a.ome.tif", "a.OME.TIFF"])
def test_formats_that_are_not_written_are_not_taken_for_folders(name: str) -> None:
    with pytest.raises(UserError, match="dataset folders only"):
        values.check_folder_out(Path(name))


def test_a_file_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UserError, match="is a file"):
        values.check_folder_out(file)


def test_a_preview_is_a_png_file() -> None:
    assert values.check_preview(Path("a.PNG")) == Path("a.PNG")
    with pytest.raises(UserError, match=r"end its name in \.png"):
        values.check_preview(Path("a.jpg"))


def test_the_last_seed_still_fits_64_bits() -> None:
    values.check_seeds(2**64 - 3, 3)
    with pytest.raises(UserError, match="goes beyond"):
        values.check_seeds(2**64 - 3, 4)


@pytest.mark.parametrize("out", ["a", "b/a.ome.zarr", "s3://b/a.ome.zarr/", "a.ome.tif"])
def test_a_place_to_write_to_is_a_folder_or_a_picture(out: str) -> None:
    assert values.check_out(out) == out.rstrip("/")


@pytest.mark.parametrize("out", ["memory://a", "s3://b/a.ome.tif"])
def test_only_ome_zarr_goes_to_a_url(out: str) -> None:
    with pytest.raises(UserError, match="only OME-Zarr"):
        values.check_out(out)


def test_a_picture_holds_one_window() -> None:
    with pytest.raises(UserError, match="one picture, not 2"):
        values.check_out("a.ome.zarr", count=2)


def test_a_share_is_one_of_many() -> None:
    assert values.check_workers(1, None, "3/8", "a.ome.zarr") == (3, 8)
    assert values.check_workers(4, None, None, "a") is None


@pytest.mark.parametrize(
    ("workers", "scheduler", "shard", "out"),
    [
        (2, "tcp://a:1", None, "a"),
        (1, None, "0/3", "a.ome.zarr"),
        (1, None, "4/3", "a.ome.zarr"),
        (1, None, "3", "a.ome.zarr"),
        (2, None, "1/3", "a.ome.zarr"),
        (1, None, "1/3", "a"),
    ],
)
def test_workers_that_do_not_go_together_are_refused(
    workers: int, scheduler: str | None, shard: str | None, out: str
) -> None:
    with pytest.raises(UserError):
        values.check_workers(workers, scheduler, shard, out)
