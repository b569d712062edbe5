"""The fully convolutional label generator: a noise image in, labels of any size out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import torch
from torch import nn

from tissuegan.networks.geometry import Field, Geometry, NoiseSource, margin
from tissuegan.networks.layers import NoisyConv
from tissuegan.networks.outlines import OutlineHead
from tissuegan.networks.shapes import output_region
from tissuegan.region import Region


class FCGenerator(nn.Module):
    """Noise image -> soft labels in (-1, 1); paper section 4 and Figure 3.

    Unlike the paper's stack of padded transposed convolutions, each stage enlarges bilinearly and
    convolves without padding, with fresh noise at every scale: the result is local, has no borders
    and no lattice at the stride.

    Args:
        classes: number of label channels C.
        noise_channels: channels of the noise image at the coarsest level.
        widths: channels of each stage, coarsest first; the stride is 2 ** (stages - 1).
        convs: convolutions of each stage.
        regions: maps between which the first class is drawn, see
            :class:`tissuegan.networks.outlines.OutlineHead`; 0 draws it as it does the others.
    """

    def __init__(
        self,
        classes: int,
        noise_channels: int,
        widths: Sequence[int],
        convs: Sequence[int],
        regions: int = 0,
    ) -> None:
        super().__init__()
        if len(widths) != len(convs):
            raise ValueError(f"{len(widths)} widths but {len(convs)} counts of convolutions")
        self.noise_channels = noise_channels
        self.stages = nn.ModuleList()
        inputs, stream = noise_channels, 1
        for width, count in zip(widths, convs, strict=True):
            sizes = [inputs] + [width] * count
            blocks = [NoisyConv(a, width, stream + k) for k, a in enumerate(sizes[:-1])]
            self.stages.append(nn.ModuleList(blocks))
            inputs, stream = width, stream + count
        self.head: nn.Conv2d | OutlineHead = (
            OutlineHead(inputs, classes, regions) if regions else nn.Conv2d(inputs, classes, 1)
        )

    @property
    def stride(self) -> int:
        """Output pixels a side of one cell of the noise image."""
        return int(2 ** (len(self.stages) - 1))

    def forward(self, cells: Region, noise: NoiseSource) -> Field:
        """Labels (B, C, H, W) in (-1, 1) from the noise of a region of cells."""
        field = Field(noise(0, cells, self.noise_channels), cells)
        for level, stage in enumerate(self.stages):
            for k, block in enumerate(cast(Iterable[NoisyConv], stage)):
                draw = block.enlarging if level and not k else block
                field = draw(field, noise)
        lost = self.head.margin if isinstance(self.head, OutlineHead) else 0
        return Field(torch.tanh(self.head(field.values)), field.region.grow(-lost))

    def geometry(self) -> Geometry:
        """Stride and margin in output pixels, read off the layers."""
        return margin(lambda asked: output_region(self, asked, self.stride), self.stride)
