from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from skimage.measure import label
from torch import Tensor

from tests.builders import place_noise
from tissuegan.models.settings import FCSettings
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.outlines import OutlineHead, distance, inside
from tissuegan.region import Region


def maps(seed: int, regions: int, side: int = 24) -> Tensor:
    """Smooth random maps (1, regions, side, side)."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.randn((1, regions, 4, 4), generator=random)
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


@given(seed=st.integers(0, 10**6), regions=st.integers(2, 9), axis=st.sampled_from((2, 3)))
def test_there_is_an_outline_wherever_neighbours_are_of_other_regions(
    seed: int, regions: int, axis: int
) -> None:
    values = maps(seed, regions)
    region, near = inside(values.argmax(1, keepdim=True)), distance(values) <= 1
    count = region.shape[axis] - 1
    one, other = region.narrow(axis, 0, count), region.narrow(axis, 1, count)
    both = near.narrow(axis, 0, count) & near.narrow(axis, 1, count)
    assert both[one != other].all()


def test_the_distance_to_a_straight_border_is_in_pixels() -> None:
    along = torch.arange(-6.0, 7.0).expand(1, 1, 9, 13)
    for tilted in (along, along.transpose(2, 3)):
        three = torch.cat([3 * tilted, -tilted, torch.full_like(tilted, -99.0)], 1)
        pixels = inside(tilted.abs())
        torch.testing.assert_close(distance(three), pixels / (1 + pixels / 6), rtol=1e-4, atol=1e-4)


def test_where_one_map_is_the_largest_by_far_no_border_is_near() -> None:
    level = torch.tensor([1.0, 0.0, -1.0]).reshape(1, 3, 1, 1).expand(1, 3, 5, 5)
    assert 5 < distance(level).min() < 6


def test_a_line_can_begin_where_none_is_near() -> None:
    head = OutlineHead(5, 1, 4)
    values = 1e-3 * torch.randn(1, 5, 9, 9) + torch.randn(1, 5, 1, 1)
    drawn = torch.tanh(head.eval()(values))
    drawn.sum().backward()  # type: ignore[no-untyped-call]
    assert head.maps.weight.grad is not None
    assert drawn.max() < -0.9
    assert head.maps.weight.grad[:4].abs().max() > 1e-3


def test_other_classes_are_drawn_as_they_are_without_regions() -> None:
    head, values = OutlineHead(5, 3, 4), torch.randn(2, 5, 6, 7)
    drawn = head(values)
    assert drawn.shape == (2, 3, 4, 5)
    assert torch.equal(drawn[:, 1:], inside(head.maps(values))[:, 5:])


def test_what_a_network_draws_parts_its_regions() -> None:
    head = OutlineHead(5, 2, 4).eval()
    values = maps(3, 5, 40)
    outline = head(values)[:, :1] > 0
    region = inside(head.maps(values)[:, :4].argmax(1, keepdim=True))
    cells = label(~outline[0, 0].numpy(), connectivity=1)
    found = {(cell, int(kind)) for cell, kind in zip(cells.flat, region.flatten(), strict=True)}
    assert cells.max() > 1
    assert len([kind for cell, kind in found if cell]) == cells.max()


def test_each_map_is_the_largest_somewhere_however_they_were_scaled() -> None:
    head, values = OutlineHead(5, 1, 4), torch.randn(4, 5, 32, 32)
    scale = torch.tensor([1.0, 1.0, 9.0, 100.0])[:, None, None]
    offset = torch.tensor([0.0, 50.0, -50.0, 3.0])[:, None, None]
    largest = head.norm(head.maps(values)[:, :4] * scale + offset).argmax(1)
    assert torch.bincount(largest.flatten(), minlength=4).min() > 0.1 * largest.numel()


def test_outlines_are_there_from_the_start_and_other_classes_are_not() -> None:
    network = FCGenerator(2, 4, (16, 16, 8, 8), (1, 1, 1, 1), regions=5)
    outline, other = network(Region(0, 0, 32, 32), place_noise).values[0] > 0
    assert 0.1 < outline.float().mean() < 0.9
    assert other.float().mean() < 0.02


@pytest.mark.parametrize("regions", [1, -1, 33])
def test_there_are_no_regions_or_two_to_thirty_two(regions: int) -> None:
    with pytest.raises(ValidationError):
        FCSettings(regions=regions)
