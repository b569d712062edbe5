"""Which pixels a network truly knows: values tied to the region that they fill.

Every layer here is *valid*: it returns only what it could compute from real input, never from
padding. A :class:`Field` carries its region along, so a network tells by itself what it produced,
and :func:`margin` reads stride and margin off the layers by running them on shapes alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from tissuegan.region import Region


@dataclass(frozen=True, eq=False)
class Field:
    """Values (B, C, H, W) on a region of H x W pixels at the field's own resolution."""

    values: Tensor
    region: Region


class NoiseSource(Protocol):
    """Anything that answers with noise (B, channels, H, W) for a stream and a region."""

    def __call__(self, stream: int, region: Region, channels: int, /) -> Tensor:
        """N(0, 1) noise, float32; streams are independent of each other."""
        ...


def crop(field: Field, region: Region) -> Field:
    """The part of a field inside ``region``; ValueError where the field does not reach."""
    if region == field.region:
        return field
    rows, columns = field.region.crop(region)
    return Field(field.values[..., rows, columns], region)


def concat(*fields: Field) -> Field:
    """Channels of several fields on the region that all of them know."""
    region = fields[0].region
    for field in fields[1:]:
        common = region.intersect(field.region)
        if common is None:
            raise ValueError("the fields have no pixel in common")
        region = common
    return Field(torch.cat([crop(field, region).values for field in fields], dim=1), region)


def upsampled_region(region: Region) -> Region:
    """What a bilinear enlargement by two knows: all but the outermost pixel on each side."""
    return Region(2 * region.y0 + 1, 2 * region.x0 + 1, 2 * region.height - 2, 2 * region.width - 2)


def enlargeable_from(region: Region) -> Region:
    """The smallest region whose enlargement by two covers ``region``."""
    y0, x0 = (region.y0 - 1) // 2, (region.x0 - 1) // 2
    return Region(y0, x0, -(-(region.y1 + 1) // 2) - y0, -(-(region.x1 + 1) // 2) - x0)


def upsample(field: Field) -> Field:
    """Bilinear enlargement by two of (B, C, H, W) to (B, C, 2H - 2, 2W - 2)."""
    values = F.interpolate(field.values, scale_factor=2.0, mode="bilinear", align_corners=False)
    return Field(values[..., 1:-1, 1:-1], upsampled_region(field.region))


def coarsened_region(region: Region, factor: int) -> Region:
    """The whole cells of ``factor`` x ``factor`` pixels inside a region, in cells."""
    y0, x0 = -(-region.y0 // factor), -(-region.x0 // factor)
    return Region(y0, x0, region.y1 // factor - y0, region.x1 // factor - x0)


def refined_region(region: Region, factor: int) -> Region:
    """A region of cells in pixels, ``factor`` pixels a cell side."""
    return Region(
        region.y0 * factor, region.x0 * factor, region.height * factor, region.width * factor
    )


def downsample(field: Field, factor: int = 2) -> Field:
    """Mean over the whole cells of the absolute lattice of ``factor`` x ``factor`` pixels."""
    if factor == 1:
        return field
    region = coarsened_region(field.region, factor)
    whole = crop(field, refined_region(region, factor))
    return Field(F.avg_pool2d(whole.values, factor), region)


def halvings(field: Field, count: int) -> list[Field]:
    """A field and its means over cells of 2, 4, ... 2 ** count pixels a side, each from the last.

    For labels of -1 and 1 that is what means over all pixels of a cell are, bit for bit.
    """
    scales = [field]
    for _ in range(count):
        scales.append(downsample(scales[-1]))
    return scales


@dataclass(frozen=True)
class Geometry:
    """How a network's output region follows from its input region.

    ``stride`` is the side in output pixels of one cell of the coarsest level: the network is
    equivariant to shifts by it. ``margin`` is what it loses on each side, in output pixels.
    ``fixed`` says that the network knows no neighbours: each cell of ``stride`` x ``stride`` is a
    field of its own, and between two of them there is a seam.
    """

    stride: int
    margin: int
    fixed: bool = False

    def input_region(self, wanted: Region) -> Region:
        """The smallest aligned region, in output pixels, from which ``wanted`` can be made."""
        return wanted.grow(self.margin).align(self.stride)


def margin(answers: Callable[[Region], Region], stride: int) -> Geometry:
    """Geometry of ``answers`` (input region -> output region, both in output pixels).

    Found by asking for an aligned region large enough that something is left.
    """
    asked = Region(0, 0, stride, stride).grow(16 * stride)
    known = answers(asked)
    lost = max(known.y0 - asked.y0, known.x0 - asked.x0, asked.y1 - known.y1, asked.x1 - known.x1)
    return Geometry(stride, lost)
