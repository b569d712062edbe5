"""Regions: the arithmetic of rectangles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissuegan.region import Region

places = st.integers(-(2**70), 2**70)
sides = st.integers(1, 60)
regions = st.builds(Region, places, places, sides, sides)
near = st.builds(Region, st.integers(-40, 40), st.integers(-40, 40), sides, sides)


def pixels(region: Region) -> set[tuple[int, int]]:
    return {(y, x) for y in range(region.y0, region.y1) for x in range(region.x0, region.x1)}


def test_a_region_has_ends_a_shape_and_an_area() -> None:
    region = Region(-3, 2**40, 5, 7)
    assert (region.y1, region.x1) == (2, 2**40 + 7)
    assert region.shape == (5, 7)
    assert region.area == 35


@pytest.mark.parametrize("shape", [(0, 1), (1, 0), (-4, 3)])
def test_an_empty_region_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1 pixel"):
        Region(0, 0, *shape)


def test_fractions_of_pixels_are_refused() -> None:
    with pytest.raises(TypeError):
        Region(0, 0.5, 1, 1)  # type: ignore[arg-type]


def test_numpy_integers_become_unbounded_ones() -> None:
    largest = np.int64(2**63 - 1)
    region = Region(largest, np.uint8(255), np.int32(3), 4)  # type: ignore[arg-type]
    assert region == Region(2**63 - 1, 255, 3, 4)
    assert region.y1 == 2**63 + 2


def test_regions_are_values_that_can_be_keys_and_be_sorted() -> None:
    assert len({Region(0, 0, 2, 2), Region(0, 0, 2, 2)}) == 1
    assert sorted([Region(1, 0, 1, 1), Region(0, 5, 1, 1)])[0] == Region(0, 5, 1, 1)


@given(regions, st.integers(0, 50))
def test_growing_and_shrinking_undo_each_other(region: Region, margin: int) -> None:
    grown = region.grow(margin)
    assert grown.contains(region)
    assert grown.shape == (region.height + 2 * margin, region.width + 2 * margin)
    assert grown.grow(-margin) == region


def test_shrinking_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 pixel"):
        Region(0, 0, 4, 9).grow(-2)


@given(regions, places, places)
def test_shifting_moves_and_keeps_the_shape(region: Region, dy: int, dx: int) -> None:
    moved = region.shift(dy, dx)
    assert (moved.y0 - region.y0, moved.x0 - region.x0) == (dy, dx)
    assert moved.shape == region.shape
    assert moved.shift(-dy, -dx) == region


@given(near, near)
def test_containing_and_intersecting_are_those_of_sets_of_pixels(a: Region, b: Region) -> None:
    shared = a.intersect(b)
    assert (set() if shared is None else pixels(shared)) == pixels(a) & pixels(b)
    assert a.contains(b) == (pixels(b) <= pixels(a))
    assert shared == b.intersect(a)


@given(regions, st.integers(0, 20), st.integers(0, 20), sides, sides)
def test_a_crop_cuts_the_inner_region_out_of_an_array(
    inner: Region, above: int, left: int, below: int, right: int
) -> None:
    outer = Region(
        inner.y0 - above, inner.x0 - left, inner.height + above + below, inner.width + left + right
    )
    y, x = np.indices(outer.shape)
    rows, columns = outer.crop(inner)
    assert y[rows, columns].shape == inner.shape
    assert int(y[rows, columns][0, 0]) + outer.y0 == inner.y0
    assert int(x[rows, columns][0, 0]) + outer.x0 == inner.x0


@pytest.mark.parametrize("inner", [Region(-1, 0, 2, 2), Region(0, 3, 2, 2), Region(9, 9, 1, 1)])
def test_a_crop_from_outside_is_refused(inner: Region) -> None:
    with pytest.raises(ValueError, match="is not inside"):
        Region(0, 0, 4, 4).crop(inner)


@given(regions, st.integers(1, 100))
def test_aligning_gives_the_smallest_region_on_the_lattice(region: Region, stride: int) -> None:
    aligned = region.align(stride)
    edges = (aligned.y0, aligned.x0, aligned.y1, aligned.x1)
    assert all(edge % stride == 0 for edge in edges)
    assert aligned.contains(region)
    assert 0 <= region.y0 - aligned.y0 < stride
    assert 0 <= aligned.y1 - region.y1 < stride
    assert 0 <= region.x0 - aligned.x0 < stride
    assert 0 <= aligned.x1 - region.x1 < stride


@given(regions, st.integers(3, 40))
def test_tiles_pave_the_aligned_region_row_by_row(region: Region, size: int) -> None:
    tiles = list(region.tiles(size))
    assert tiles == sorted(set(tiles))
    assert sum(tile.area for tile in tiles) == region.align(size).area
    assert all(tile.align(size) == tile and tile.shape == (size, size) for tile in tiles)
    assert all(tile.intersect(region) for tile in tiles)


@pytest.mark.parametrize("stride", [0, -8])
def test_a_lattice_without_a_stride_is_refused(stride: int) -> None:
    with pytest.raises(ValueError, match="stride of at least 1"):
        Region(0, 0, 4, 4).align(stride)
    with pytest.raises(ValueError, match="stride of at least 1"):
        Region(0, 0, 4, 4).tiles(stride)
