"""A last layer without weights, which leaves out what is too thin to be a body or a hole.

Maxima and minima are exact, so windows of the result agree bit for bit wherever those of its input
do. Like all layers it is valid: it returns only what it could compute from real input.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from tissuegan.networks.geometry import Field, Geometry, crop


@dataclass(frozen=True)
class Cleaning:
    """What is done with the soft labels that a generator draws.

    Attributes:
        holes: as for :func:`without_holes`.
        specks: as for :func:`without_specks`, afterwards.
    """

    holes: int = 0
    specks: int = 0

    def __call__(self, field: Field) -> Field:
        """The field (B, C, H, W), cleaned, on the region that is known then."""
        return without_specks(without_holes(field, self.holes), self.specks)

    def of(self, geometry: Geometry) -> Geometry:
        """That of a generator and the cleaning of what it draws."""
        lost = sum(2 * side - 3 for side in (self.holes, self.specks) if side > 1)
        return replace(geometry, margin=geometry.margin + lost)


def without_specks(field: Field, side: int) -> Field:
    """Soft labels (B, C, H, W) whose bodies all hold a square of ``side`` pixels.

    At every threshold: bodies in which no such square fits are gone, the others are as they were,
    but for what lies more than ``side - 2`` pixels from a square. It is an opening by the square,
    and ``side - 2`` steps of its reconstruction (Vincent 1993), and takes ``2 side - 3`` pixels
    from each border. Sides of 0 and 1 change nothing.
    """
    if side < 2:
        return field
    opened = _largest(-_largest(-field.values, side), side)
    kept = Field(opened, field.region.grow(1 - side))
    for _ in range(side - 2):
        kept = _regrown(kept, field)
    return kept


def without_holes(field: Field, side: int) -> Field:
    """Soft labels (B, C, H, W) in whose bodies all holes hold a square of ``side`` pixels."""
    filled = without_specks(Field(-field.values, field.region), side)
    return Field(-filled.values, filled.region)


def _regrown(kept: Field, within: Field) -> Field:
    """Bodies a pixel larger on all sides, but no larger than they were."""
    region = kept.region.grow(-1)
    return Field(torch.minimum(_largest(kept.values, 3), crop(within, region).values), region)


def _largest(values: Tensor, side: int) -> Tensor:
    """The largest value in each square, valid: (B, C, H, W) -> (B, C, H - side + 1, ...)."""
    return _largest_along(3, _largest_along(2, values, side), side)


def _largest_along(dim: int, values: Tensor, side: int) -> Tensor:
    """The largest of each ``side`` neighbours, by doubling: pooling takes thirty times as long."""
    width = 1
    while width < side:
        step = min(width, side - width)
        left = values.shape[dim] - step
        values = torch.maximum(values.narrow(dim, 0, left), values.narrow(dim, step, left))
        width += step
    return values
