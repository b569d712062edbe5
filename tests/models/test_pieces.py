"""What is left out of masks for hanging together with nothing, and what is left as it was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from tests.builders import fc_generator
from tissuegan.models.pieces import without_pieces
from tissuegan.models.synthesis import LabelSynthesis
from tissuegan.region import Region

SIDE = 48


def rectangles(*places: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """One channel with bodies: (row, column, height, width)."""
    mask = np.zeros((1, SIDE, SIDE), bool)
    for y, x, height, width in places:
        mask[0, y : y + height, x : x + width] = True
    return mask


def blobs(seed: int, channels: int = 2) -> NDArray[np.bool_]:
    """Bodies of all sizes."""
    noise = np.random.default_rng(seed).normal(size=(channels, SIDE, SIDE))
    return np.asarray(ndimage.gaussian_filter(noise, (0, 1, 1)) > 0.1)


def test_a_body_that_fits_into_the_square_is_gone_and_a_longer_thin_one_stays() -> None:
    masks = rectangles((5, 5, 6, 4), (20, 5, 1, 7), (30, 30, 6, 6))
    assert np.array_equal(without_pieces(masks, 6), rectangles((20, 5, 1, 7)))


def test_what_meets_at_a_corner_is_one_body() -> None:
    masks = rectangles((10, 10, 4, 4), (14, 14, 4, 4))
    assert np.array_equal(without_pieces(masks, 6), masks)
    assert not without_pieces(masks, 8).any()


def test_a_body_at_the_border_is_left_since_it_may_go_on() -> None:
    masks = rectangles((0, 10, 3, 3), (10, SIDE - 3, 3, 3))
    assert np.array_equal(without_pieces(masks, 5), masks)


def test_channels_are_looked_at_one_by_one() -> None:
    one, other = rectangles((10, 10, 4, 4)), rectangles((14, 10, 20, 4))
    left = without_pieces(np.concatenate([one, other]), 5)
    assert not left[0].any()
    assert np.array_equal(left[1:], other)


def test_no_square_changes_nothing() -> None:
    masks = blobs(0)
    assert without_pieces(masks, 0) is masks


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9), st.data())
def test_a_window_is_what_the_whole_has_there_but_for_its_rim(
    seed: int, side: int, data: st.DataObject
) -> None:
    masks, whole = blobs(seed), Region(0, 0, SIDE, SIDE)
    y, x = (data.draw(st.integers(0, 16)) for _ in range(2))
    window = Region(y, x, 32, 30)
    part = without_pieces(masks[(..., *whole.crop(window))], side)
    known = window.grow(-side)
    of_whole = without_pieces(masks, side)[(..., *whole.crop(known))]
    assert np.array_equal(part[(..., *window.crop(known))], of_whole)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9), st.floats(-0.3, 0.5))
def test_bodies_that_are_whole_and_fit_are_gone_and_no_others(
    seed: int, side: int, cut: float
) -> None:
    noise = np.random.default_rng(seed).normal(size=(1, SIDE, SIDE + 3))
    masks = np.asarray(ndimage.gaussian_filter(noise, (0, 1, 1)) > cut)
    bodies, _ = ndimage.label(masks[0], np.ones((3, 3)))
    expected = masks[0].copy()
    for k, (rows, columns) in enumerate(ndimage.find_objects(bodies), 1):
        inside = min(rows.start, columns.start) > 0 and rows.stop < SIDE
        whole = inside and columns.stop < SIDE + 3
        if whole and max(rows.stop - rows.start, columns.stop - columns.start) <= side:
            expected[bodies == k] = False
    assert np.array_equal(without_pieces(masks, side)[0], expected)


@pytest.mark.parametrize("value", [False, True])
def test_a_mask_of_one_value_stays_as_it_is(value: bool) -> None:
    masks = np.full((2, 5, 7), value)
    assert np.array_equal(without_pieces(masks, 3), masks)


@pytest.mark.parametrize("doublings", [0, 1])
def test_drawn_labels_have_no_body_that_fits_into_the_square(doublings: int) -> None:
    region, side = Region(-20, 7, 90, 90), 5 << doublings
    plain = LabelSynthesis(fc_generator(), doublings).draw(3, region.grow(side))
    drawn = LabelSynthesis(fc_generator(), doublings, pieces=5).draw(3, region)
    expected = without_pieces(plain, side)[:, side:-side, side:-side]
    assert (drawn != expected).mean() < 1e-3  # other shapes round in their own way
    assert drawn.sum() < plain[:, side:-side, side:-side].sum()
