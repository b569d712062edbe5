"""What is left out of soft labels for being too thin, and what is left as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from tissuegan.networks.cleaning import Cleaning, without_holes, without_specks
from tissuegan.networks.geometry import Field, Geometry
from tissuegan.region import Region

SIDE = 40


def field_of(values: NDArray[np.float64] | Tensor) -> Field:
    """A field (1, 1, H, W) at the origin."""
    tensor = torch.as_tensor(values, dtype=torch.float32)[None, None]
    return Field(tensor, Region(0, 0, tensor.shape[2], tensor.shape[3]))


def bodies(*squares: tuple[int, int, int, int]) -> Field:
    """Soft labels of -1 with rectangles of 1: (row, column, height, width)."""
    values = np.full((SIDE, SIDE), -1.0)
    for y, x, height, width in squares:
        values[y : y + height, x : x + width] = 1
    return field_of(values)


def inside(cleaned: Field, whole: Field) -> Tensor:
    """The part of a field that a cleaned one knows."""
    return whole.values[(..., *whole.region.crop(cleaned.region))]


def blobs(seed: int) -> Field:
    """Soft labels as rough as noise, with bodies of all sizes."""
    coarse = np.random.default_rng(seed).normal(size=(SIDE // 4, SIDE // 4))
    return field_of(np.tanh(np.kron(coarse, np.ones((4, 4))) + 0.1))


def test_a_body_too_thin_for_the_square_is_gone_and_others_are_as_they_were() -> None:
    cleaned = without_specks(bodies((10, 10, 3, 9), (20, 20, 4, 5)), 4)
    assert torch.equal(cleaned.values, inside(cleaned, bodies((20, 20, 4, 5))))


def test_thin_parts_that_hang_on_a_body_stay_near_the_square() -> None:
    spur = bodies((14, 10, 8, 8), (17, 18, 1, 9))
    cleaned = without_specks(spur, 4)
    assert torch.equal(cleaned.values, inside(cleaned, bodies((14, 10, 8, 8), (17, 18, 1, 2))))


def test_a_hole_too_thin_for_the_square_is_filled() -> None:
    holed = field_of(-bodies((12, 12, 3, 3), (20, 20, 5, 4)).values[0, 0])
    cleaned = without_holes(holed, 4)
    assert torch.equal(cleaned.values, -inside(cleaned, bodies((20, 20, 5, 4))))


@pytest.mark.parametrize("side", [0, 1])
def test_no_square_changes_nothing(side: int) -> None:
    field = blobs(0)
    assert without_specks(field, side) is field
    assert torch.equal(without_holes(field, side).values, field.values)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(-0.9, 0.9))
def test_bodies_that_hold_the_square_are_left_and_no_others(
    seed: int, side: int, cut: float
) -> None:
    """At any threshold. A body beyond what is known of the result is no body to ask about."""
    field = blobs(seed)
    cleaned = without_specks(field, side)
    rows, columns = field.region.crop(cleaned.region)
    left = np.zeros((SIDE, SIDE), bool)
    left[rows, columns] = cleaned.values[0, 0] > cut
    before = field.values[0, 0].numpy() > cut
    assert not (left & ~before).any()
    numbers, _ = ndimage.label(before, np.ones((3, 3)))
    for k, (high, wide) in enumerate(ndimage.find_objects(numbers), 1):
        known = rows.start <= high.start and high.stop <= rows.stop
        if known and columns.start <= wide.start and wide.stop <= columns.stop:
            body = numbers == k
            assert (left & body).any() == ndimage.binary_erosion(body, np.ones((side, side))).any()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4), st.integers(0, 4), st.data())
def test_a_window_is_a_crop_and_the_geometry_tells_what_is_lost(
    seed: int, holes: int, specks: int, data: st.DataObject
) -> None:
    field, cleaning = blobs(seed), Cleaning(holes, specks)
    whole = cleaning(field)
    lost = cleaning.of(Geometry(1, 0)).margin
    assert whole.region == field.region.grow(-lost)
    y, x = (data.draw(st.integers(0, 8)) for _ in range(2))
    window = Region(y, x, 30, 31)
    part = cleaning(Field(field.values[(..., *field.region.crop(window))], window))
    assert torch.equal(part.values, whole.values[(..., *whole.region.crop(part.region))])


def test_classes_are_cleaned_one_by_one() -> None:
    one, other = bodies((10, 10, 3, 9)), blobs(3)
    both = Field(torch.cat([one.values, other.values], 1), one.region)
    cleaned = without_specks(both, 4).values
    assert torch.equal(cleaned[:, :1], without_specks(one, 4).values)
    assert torch.equal(cleaned[:, 1:], without_specks(other, 4).values)
