from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tissuegan.networks.geometry import (
    Field,
    Geometry,
    coarsened_region,
    concat,
    crop,
    downsample,
    enlargeable_from,
    halvings,
    margin,
    refined_region,
    upsample,
    upsampled_region,
)
from tissuegan.region import Region

starts = st.integers(-50, 50) | st.integers(-(2**50), 2**50)
regions = st.builds(Region, starts, starts, st.integers(2, 30), st.integers(2, 30))
factors = st.sampled_from([1, 2, 3, 4, 8])


def rows(region: Region) -> range:
    return range(region.y0, region.y1)


def columns(region: Region) -> range:
    return range(region.x0, region.x1)


def plane(region: Region) -> Tensor:
    """(1, 1, H, W) float64: a slope whose value at a pixel's centre is its own place."""
    y = torch.arange(region.height, dtype=torch.float64) + region.y0 + 0.5
    x = torch.arange(region.width, dtype=torch.float64) + region.x0 + 0.5
    return (y[:, None] + 100 * x[None, :])[None, None]


def speckled(region: Region) -> Field:
    """Values that differ from pixel to pixel, as a function of coordinates."""
    y, x = np.meshgrid(np.array(rows(region)), np.array(columns(region)), indexing="ij")
    values = np.sin(12.9898 * (y % 1000) + 78.233 * (x % 1000))
    return Field(torch.from_numpy(values)[None, None], region)


def enlargeable(known: range, fine: int) -> bool:
    """Whether bilinear enlargement gives a row: it lies between two rows that are known."""
    lower = (fine - 1) // 2
    return lower in known and lower + 1 in known


@given(regions.filter(lambda region: min(region.shape) > 1))
def test_enlargement_knows_what_lies_between_two_known_pixels(region: Region) -> None:
    fine = upsampled_region(region)
    around = range(2 * region.y0 - 3, 2 * region.y1 + 4)
    assert [y for y in around if enlargeable(rows(region), y)] == list(rows(fine))
    around = range(2 * region.x0 - 3, 2 * region.x1 + 4)
    assert [x for x in around if enlargeable(columns(region), x)] == list(columns(fine))


@given(regions)
def test_enlarging_starts_from_the_smallest_region_that_suffices(region: Region) -> None:
    coarse = enlargeable_from(region)
    assert upsampled_region(coarse).contains(region)
    for smaller in (
        Region(coarse.y0 + 1, coarse.x0, coarse.height - 1, coarse.width),
        Region(coarse.y0, coarse.x0 + 1, coarse.height, coarse.width - 1),
        Region(coarse.y0, coarse.x0, coarse.height - 1, coarse.width),
        Region(coarse.y0, coarse.x0, coarse.height, coarse.width - 1),
    ):
        if min(smaller.shape) > 1:
            assert not upsampled_region(smaller).contains(region)


@given(st.builds(Region, st.integers(-99, 99), st.integers(-99, 99), *[st.integers(2, 20)] * 2))
def test_enlargement_leaves_every_value_in_its_place(region: Region) -> None:
    fine = upsample(Field(plane(region), region))
    assert fine.region == upsampled_region(region)
    assert fine.values.shape[-2:] == fine.region.shape
    torch.testing.assert_close(fine.values, plane(fine.region) / 2)


@given(regions, factors)
def test_coarse_cells_are_those_that_lie_inside(region: Region, factor: int) -> None:
    def inside(known: range, cell: int) -> bool:
        return all(pixel in known for pixel in range(cell * factor, (cell + 1) * factor))

    along = range(region.y0 // factor, region.y1 // factor + 1)
    down = [cell for cell in along if inside(rows(region), cell)]
    across = range(region.x0 // factor, region.x1 // factor + 1)
    right = [cell for cell in across if inside(columns(region), cell)]
    if not down or not right:
        with pytest.raises(ValueError, match="at least 1 pixel"):
            coarsened_region(region, factor)
        return
    cells = coarsened_region(region, factor)
    assert (list(rows(cells)), list(columns(cells))) == (down, right)


@given(regions, factors)
def test_refining_undoes_coarsening(region: Region, factor: int) -> None:
    fine = refined_region(region, factor)
    assert fine.area == region.area * factor**2
    assert coarsened_region(fine, factor) == region


@given(st.builds(Region, st.integers(-20, 20), st.integers(-20, 20), *[st.integers(8, 20)] * 2))
def test_averages_are_those_of_the_absolute_lattice(region: Region) -> None:
    field = speckled(region)
    coarse = downsample(field, 4)
    for y in rows(coarse.region):
        for x in columns(coarse.region):
            cell = crop(field, Region(4 * y, 4 * x, 4, 4)).values.mean()
            there = coarse.values[0, 0, y - coarse.region.y0, x - coarse.region.x0]
            torch.testing.assert_close(there, cell)


def test_averages_do_not_depend_on_the_window() -> None:
    large, small = Region(-9, 5, 40, 40), Region(-2, 11, 19, 23)
    whole, part = downsample(speckled(large)), downsample(speckled(small))
    torch.testing.assert_close(crop(whole, part.region).values, part.values)


def test_an_average_over_single_pixels_changes_nothing() -> None:
    field = speckled(Region(3, 4, 5, 6))
    assert downsample(field, 1) is field


def test_fields_are_joined_where_all_are_known() -> None:
    first, second = speckled(Region(0, 0, 10, 8)), speckled(Region(4, -3, 10, 8))
    joined = concat(first, second)
    assert joined.region == Region(4, 0, 6, 5)
    expected = speckled(joined.region).values
    torch.testing.assert_close(joined.values, expected.expand(1, 2, 6, 5))


def test_fields_without_a_common_pixel_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="no pixel in common"):
        concat(speckled(Region(0, 0, 4, 4)), speckled(Region(4, 0, 4, 4)))


def test_a_field_cannot_be_cut_where_it_does_not_reach() -> None:
    with pytest.raises(ValueError, match="not inside"):
        crop(speckled(Region(0, 0, 4, 4)), Region(1, 1, 4, 3))


def test_the_margin_is_the_largest_loss_of_the_four_sides() -> None:
    def lopsided(asked: Region) -> Region:
        return Region(asked.y0 + 3, asked.x0 + 1, asked.height - 5, asked.width - 8)

    assert margin(lopsided, 4) == Geometry(stride=4, margin=7)


@given(regions, st.integers(0, 40), st.sampled_from([1, 2, 8, 32]))
def test_input_is_aligned_and_leaves_the_margin_on_every_side(
    wanted: Region, lost: int, stride: int
) -> None:
    needed, target = Geometry(stride, lost).input_region(wanted), wanted.grow(lost)
    assert needed == needed.align(stride)
    assert needed.contains(target)
    assert needed.y0 + stride > target.y0
    assert needed.x0 + stride > target.x0
    assert needed.y1 - stride < target.y1
    assert needed.x1 - stride < target.x1


def test_labels_halved_again_and_again_are_means_of_whole_cells_bit_for_bit() -> None:
    region = Region(-7, 2**40 + 3, 61, 50)
    values = torch.randint(0, 2, (1, 2, 61, 50), generator=torch.Generator().manual_seed(1))
    field = Field(2.0 * values - 1, region)
    for level, scale in enumerate(halvings(field, 4)):
        once = downsample(field, 2**level)
        assert scale.region == once.region
        assert torch.equal(scale.values, once.values)
