from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import Tensor

from tissuegan.models.settings import FCSettings
from tissuegan.networks.outlines import OutlineHead, lead


def maps(seed: int, regions: int, side: int = 24) -> Tensor:
    """Smooth random maps (1, regions, side, side)."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.randn((1, regions, 4, 4), generator=random)
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic")


def steepest(values: Tensor) -> float:
    """The largest difference of neighbours in any map."""
    return max(float(values.diff(dim=axis).abs().max()) for axis in (2, 3))


@given(seed=st.integers(0, 10**6), regions=st.integers(2, 9))
def test_the_lead_is_that_of_the_largest_over_the_second(seed: int, regions: int) -> None:
    values = maps(seed, regions)
    first, second = values.topk(2, dim=1).values.tensor_split(2, 1)
    assert torch.equal(lead(values), first - second)


@given(seed=st.integers(0, 10**6), regions=st.integers(2, 9), axis=st.sampled_from((2, 3)))
def test_there_is_an_outline_wherever_neighbours_are_of_other_regions(
    seed: int, regions: int, axis: int
) -> None:
    values = maps(seed, regions)
    region, inside = values.argmax(1, keepdim=True), lead(values) > steepest(values)
    count = values.shape[axis] - 1
    one, other = region.narrow(axis, 0, count), region.narrow(axis, 1, count)
    both = inside.narrow(axis, 0, count) & inside.narrow(axis, 1, count)
    assert not (both & (one != other)).any()


def test_other_classes_are_drawn_as_they_are_without_regions() -> None:
    head, values = OutlineHead(5, 3, 4), torch.randn(2, 5, 6, 7)
    drawn = head(values)
    assert drawn.shape == (2, 3, 6, 7)
    assert torch.equal(drawn[:, 1:], head.maps(values)[:, 4:])
    assert torch.equal(drawn[:, :1], 1 - lead(head.maps(values)[:, :4]))


def test_every_map_learns_where_it_is_one_of_the_two_largest() -> None:
    values = torch.tensor([3.0, 1.0, 2.0]).reshape(1, 3, 1, 1).requires_grad_()
    lead(values).sum().backward()  # type: ignore[no-untyped-call]
    assert values.grad is not None
    assert values.grad.flatten().tolist() == [1.0, 0.0, -1.0]


@pytest.mark.parametrize("regions", [1, -1, 33])
def test_a_single_region_has_no_borders(regions: int) -> None:
    with pytest.raises(ValidationError):
        FCSettings(regions=regions)
