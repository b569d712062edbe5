"""The label generator that is not fully convolutional: a noise vector in, one field out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.geometry import (
    Field,
    Geometry,
    NoiseSource,
    coarsened_region,
    crop,
    refined_region,
)
from tissuegan.region import Region


@dataclass(frozen=True, eq=False)
class Projected:
    """A noise source whose noise image is given, and which has no grain at finer scales."""

    image: Tensor

    def __call__(self, stream: int, region: Region, channels: int) -> Tensor:
        """The given (B, channels, H, W) for stream 0, zeros (1, channels, H, W) for others."""
        if stream == 0:
            return self.image
        return torch.zeros((1, channels, *region.shape), device=self.image.device)


class VectorGenerator(nn.Module):
    """Noise vector -> one field of soft labels in (-1, 1): Non-FC of the paper's section 5.

    A projection makes the noise image of a :class:`FCGenerator` from one vector, and the noise that
    this one adds at every scale is left out: nothing but the vector decides, and each place of a
    field has weights of its own. So there are fields of one size only, and each cell of the lattice
    of their size is an independent draw.

    Args:
        outputs: number of output channels.
        vector: length of the noise.
        side: of a field, in output pixels.
        noise_channels: channels of the projection.
        widths: channels of each stage, coarsest first.
        convs: convolutions of each stage.
    """

    def __init__(
        self,
        outputs: int,
        vector: int,
        side: int,
        noise_channels: int,
        widths: Sequence[int],
        convs: Sequence[int],
    ) -> None:
        super().__init__()
        self.vector, self.side = vector, side
        self.body = FCGenerator(outputs, noise_channels, widths, convs)
        geometry = self.body.geometry()
        inside = geometry.input_region(Region(0, 0, side, side))
        self.cells = coarsened_region(inside, geometry.stride)
        self.project = nn.ConvTranspose2d(vector, noise_channels, self.cells.height)
        nn.init.normal_(self.project.weight, 0.0, vector**-0.5)

    def forward(self, cells: Region, noise: NoiseSource) -> Field:
        """Labels (B, C, side, side) in (-1, 1) for the one cell of draws that ``cells`` is."""
        image = self.project(noise(0, cells, self.vector))
        drawn = crop(self.body(self.cells, Projected(image)), Region(0, 0, self.side, self.side))
        return Field(drawn.values, refined_region(cells, self.side))

    def geometry(self) -> Geometry:
        """Cells of one field each."""
        return Geometry(self.side, 0, fixed=True)
