"""The last layer of a label generator whose first class parts regions, and so closes around them.

A line drawn as a ridge of one map may end anywhere, and lines that end in the middle of a cell are
what such generators draw most wrongly. Where two of several maps tie there is no end: the largest
map parts the plane into regions, as in a map of countries, and borders of regions are closed.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

SPREAD = 2.0
"""Standard deviation of the weights at the start: outlines are some pixels wide then."""


class OutlineHead(nn.Module):
    """Features -> classes, the first of them where the two largest of some maps are close.

    It is ``reach - (first - second)`` of the largest and the second largest of ``regions`` maps, so
    that there is an outline wherever the largest changes; the other classes are maps of their own.

    Args:
        inputs: channels of the features.
        classes: number of label channels C.
        regions: maps between which the first class is drawn; four can colour any tissue.
    """

    def __init__(self, inputs: int, classes: int, regions: int) -> None:
        super().__init__()
        self.regions = regions
        self.maps = nn.Conv2d(inputs, regions + classes - 1, 1)
        self.reach = nn.Parameter(torch.ones(()))
        nn.init.normal_(self.maps.weight[:regions], 0.0, SPREAD)

    def forward(self, values: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, C, H, W)."""
        regions, others = self.maps(values).tensor_split([self.regions], 1)
        return torch.cat([self.reach - lead(regions), others], 1)


def lead(maps: Tensor) -> Tensor:
    """How far the largest of some maps is ahead of the second: (B, K, H, W) -> (B, 1, H, W)."""
    first, second = maps[:, :1], torch.full_like(maps[:, :1], -torch.inf)
    for each in maps[:, 1:].tensor_split(maps.shape[1] - 1, 1):
        second = torch.maximum(second, torch.minimum(first, each))
        first = torch.maximum(first, each)
    return first - second
