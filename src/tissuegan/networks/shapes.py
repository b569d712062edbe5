"""Running a generator on a batch of no images, which costs nothing, to learn its geometry."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from tissuegan.networks.geometry import Field, coarsened_region
from tissuegan.region import Region


def output_region(generator: nn.Module, asked: Region, stride: int) -> Region:
    """Output region of a generator that starts from noise cells, for an aligned input region."""
    return _known(generator, coarsened_region(asked, stride))


def conditioned_output_region(generator: nn.Module, asked: Region, channels: int) -> Region:
    """Output region of a generator with a condition of ``channels`` on the region ``asked``."""
    return _known(generator, Field(_no_values(0, asked, channels), asked))


@torch.no_grad()
def _known(generator: nn.Module, given: Region | Field) -> Region:
    """Batch normalisation takes no empty batch while it learns, hence a copy that does not."""
    field: Field = deepcopy(generator).cpu().eval()(given, _no_values)
    return field.region


def _no_values(_stream: int, region: Region, channels: int) -> Tensor:
    """Noise (0, channels, H, W): of the right shape, for no image at all."""
    return torch.empty((0, channels, *region.shape))
