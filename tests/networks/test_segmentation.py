from __future__ import annotations

import pytest
import torch

from tests.builders import SEGMENTER, segmentation_network
from tissuegan.networks.layers import BatchNorm
from tissuegan.networks.segmentation import SegmentationNetwork
from tissuegan.region import Region


def test_logits_have_the_resolution_of_the_image() -> None:
    logits = segmentation_network(3)(torch.zeros(2, 1, 64, 96))
    assert logits.shape == (2, 3, 64, 96)


@pytest.mark.parametrize("factor", [1, 2])
def test_nothing_that_the_margin_leaves_feels_the_border(factor: int) -> None:
    network = segmentation_network(2, SEGMENTER.model_copy(update={"factor": factor}))
    geometry = network.geometry()
    inner = Region(0, 0, geometry.stride, geometry.stride)
    small, large = inner.grow(geometry.margin), inner.grow(geometry.margin + 2 * geometry.stride)
    picture = torch.rand(1, 1, *large.shape, generator=torch.Generator().manual_seed(0)) * 2 - 1
    rows, columns = large.crop(small)
    near, far = network(picture[..., rows, columns]), network(picture)
    rows, columns = small.crop(inner)
    outer = large.crop(inner)
    kept = far[..., outer[0], outer[1]]
    torch.testing.assert_close(near[..., rows, columns], kept, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(near[..., :8, :8], far[..., rows, columns][..., :8, :8], atol=1e-3)


def test_a_pixel_at_the_margin_is_felt_and_none_beyond_it() -> None:
    """The margin is as small as whole cells allow."""
    network = segmentation_network()
    geometry = network.geometry()
    side = 2 * geometry.margin + geometry.stride
    picture = torch.rand(1, 1, side, side, generator=torch.Generator().manual_seed(0))
    picture.requires_grad_(True)
    middle = geometry.margin
    network(picture)[0, 0, middle, middle].backward()
    assert picture.grad is not None
    felt = picture.grad[0, 0].abs().amax(1).nonzero()
    assert 0 <= int(felt.min()) < geometry.stride


def test_one_and_two_processes_share_statistics() -> None:
    norms = [m for m in SegmentationNetwork(1, (2,) * 6, 1).modules() if "BatchNorm" in str(m)[:12]]
    assert len(norms) == 18
    assert all(isinstance(norm, BatchNorm) for norm in norms)
