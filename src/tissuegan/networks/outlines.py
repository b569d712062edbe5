"""The last layer of a label generator whose first class parts regions, and so closes around them.

A line drawn as a ridge of one map may end anywhere, and lines that end in the middle of a cell are
what such generators draw most wrongly. Where two of several maps tie there is no end: the largest
map parts the plane into regions, as in a map of countries, and borders of regions are closed.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.networks.layers import BatchNorm

BEYOND = -0.4
"""Of outlines at the start: half their width is 1.5 pixels."""
RARE = -2.0
"""Value of the other classes at the start, which are nowhere then."""
FLAT = 1e-4
"""Square of a slope of the normalised maps, per pixel, that is none."""
FAR = 6.0
"""Pixels that no distance exceeds: tanh has no slope beyond some ten, and no line would begin."""


class OutlineHead(nn.Module):
    """Features -> classes, the first of them near the borders between regions.

    A pixel's region is the largest of ``regions`` maps, and the first class is
    ``slope (reach - distance)`` of its distance to another region, where two maps tie: ``reach`` is
    a map, too, half the width of the line, and more than 1, so that both of two neighbours of
    different regions are above 0. The maps are normalised: each is the largest somewhere, and none
    becomes the ground on which the others are rings. The other classes are maps of their own.

    Args:
        inputs: channels of the features.
        classes: number of label channels C.
        regions: how many maps; four can colour any tissue.
    """

    margin = 1

    def __init__(self, inputs: int, classes: int, regions: int) -> None:
        super().__init__()
        self.regions = regions
        self.maps = nn.Conv2d(inputs, regions + classes, 1)
        self.norm = BatchNorm(regions, affine=False)
        self.slope = nn.Parameter(torch.ones(()))
        assert self.maps.bias is not None
        nn.init.constant_(self.maps.bias[regions], BEYOND)
        nn.init.constant_(self.maps.bias[regions + 1 :], RARE)

    def forward(self, values: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, C, H - 2, W - 2)."""
        regions, others = self.maps(values).float().tensor_split([self.regions], 1)
        beyond, rest = inside(others).tensor_split([1], 1)
        reach = 1 + F.softplus(beyond)
        return torch.cat([self.slope * (reach - distance(self.norm(regions))), rest], 1)


def distance(maps: Tensor) -> Tensor:
    """Pixels to the nearest other region, to first order: (B, K, H, W) -> (B, 1, H - 2, W - 2).

    For each map below the largest, how far it is below over how steeply that changes (Taubin
    1994), towards the steeper side along each axis. So it is 1 at most at both of two neighbours
    that are of different regions. A large one is given as less, d as d / (1 + d / FAR).
    """
    which = inside(maps.argmax(1, keepdim=True))
    here = _ahead(inside(maps), which)
    down, across = (
        torch.maximum((_ahead(one, which) - here).square(), (_ahead(other, which) - here).square())
        for one, other in _neighbours(maps)
    )
    away = here * torch.rsqrt(down + across + FLAT)
    nearest = away.scatter(1, which, torch.inf).amin(1, keepdim=True)
    return nearest / (1 + nearest / FAR)


def _ahead(maps: Tensor, which: Tensor) -> Tensor:
    """How far the map of index ``which`` (B, 1, H, W) is ahead of each map (B, K, H, W)."""
    return maps.gather(1, which) - maps


def _neighbours(maps: Tensor) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """The maps (B, K, H - 2, W - 2) of the pixels above and below, to the left and to the right."""
    rows, columns = maps[..., 1:-1], maps[..., 1:-1, :]
    return (rows[..., :-2, :], rows[..., 2:, :]), (columns[..., :-2], columns[..., 2:])


def inside(values: Tensor) -> Tensor:
    """All but the outermost pixels: (B, C, H, W) -> (B, C, H - 2, W - 2)."""
    return values[..., 1:-1, 1:-1]
