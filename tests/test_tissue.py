"""Tissue: labels and image as one value, and sources of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissuegan.classes import LabelClasses
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource

CLASSES = LabelClasses(("membrane", "mitochondrion"))
REGION = Region(-5, 2**40, 12, 9)


def some_tissue() -> Tissue:
    draw = np.random.default_rng(3)
    masks = draw.random((2, *REGION.shape)) < 0.5
    image = draw.integers(0, 255, REGION.shape, np.uint8)
    return Tissue(masks, image, CLASSES, 4.6, REGION, {"model": "sgan"})


class OneTissue:
    """The simplest source."""

    classes = CLASSES
    pixel_size_nm = 4.6
    bounds: Region | None = REGION

    def __getitem__(self, region: Region) -> Tissue:
        return some_tissue().crop(region)


@given(st.integers(0, 11), st.integers(0, 8), st.data())
def test_a_crop_is_in_the_coordinates_of_the_plane(
    top: int, left: int, data: st.DataObject
) -> None:
    height = data.draw(st.integers(1, 12 - top))
    width = data.draw(st.integers(1, 9 - left))
    whole, region = some_tissue(), Region(top - 5, left + 2**40, height, width)
    part = whole.crop(region)
    rows, columns = slice(top, top + height), slice(left, left + width)
    assert part.region == region
    assert np.array_equal(part.masks, whole.masks[:, rows, columns])
    assert whole.image is not None
    assert part.image is not None
    assert np.array_equal(part.image, whole.image[rows, columns])


def test_a_crop_keeps_what_is_known_about_the_tissue() -> None:
    part = some_tissue().crop(REGION.grow(-1))
    assert (part.classes, part.pixel_size_nm) == (CLASSES, 4.6)
    assert part.provenance == {"model": "sgan"}


def test_tissue_without_an_image_is_cropped_too() -> None:
    labels = replace(some_tissue(), image=None)
    assert labels.crop(REGION.grow(-2)).image is None


def test_a_crop_from_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="is not inside"):
        some_tissue().crop(REGION.shift(1, 0))


def test_sixteen_bit_images_are_tissue() -> None:
    image = np.full(REGION.shape, 40000, np.uint16)
    assert replace(some_tissue(), image=image).image is image


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"masks": np.zeros((2, *REGION.shape), np.uint8)}, "masks here are bool"),
        ({"masks": np.zeros((3, *REGION.shape), bool)}, "masks here are bool"),
        ({"masks": np.zeros((2, 12, 8), bool)}, "masks here are bool"),
        ({"image": np.zeros(REGION.shape, np.float32)}, "image here is uint8 or uint16"),
        ({"image": np.zeros((12, 8), np.uint8)}, "image here is uint8 or uint16"),
        ({"pixel_size_nm": 0.0}, "size above 0 nm"),
        ({"pixel_size_nm": float("nan")}, "size above 0 nm"),
        ({"pixel_size_nm": float("inf")}, "size above 0 nm"),
    ],
)
def test_what_does_not_fit_together_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(some_tissue(), **change)


def test_a_source_needs_no_base_class() -> None:
    source: TissueSource = OneTissue()
    assert isinstance(source, TissueSource)
    assert source[REGION].region == source.bounds
