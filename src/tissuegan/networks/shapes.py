"""Running a generator on shapes alone (the meta device), to learn its geometry."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from tissuegan.networks.geometry import Field, coarsened_region
from tissuegan.region import Region


def meta_noise(_stream: int, region: Region, channels: int) -> Tensor:
    """Noise of the right shape and no values."""
    return torch.empty((1, channels, *region.shape), device="meta")


def output_region(generator: nn.Module, asked: Region, stride: int) -> Region:
    """Output region of a generator that starts from noise cells, for an aligned input region."""
    shapes = deepcopy(generator).to("meta").eval()
    field: Field = shapes(coarsened_region(asked, stride), meta_noise)
    return field.region


def conditioned_output_region(generator: nn.Module, asked: Region, channels: int) -> Region:
    """Output region of a generator with a condition of ``channels`` on the region ``asked``."""
    shapes = deepcopy(generator).to("meta").eval()
    condition = Field(torch.empty((1, channels, *asked.shape), device="meta"), asked)
    field: Field = shapes(condition, meta_noise)
    return field.region
