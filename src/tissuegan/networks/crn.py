"""The cascaded refinement network: labels in, image (or further labels) out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from tissuegan.networks.geometry import (
    Field,
    Geometry,
    NoiseSource,
    concat,
    halvings,
    margin,
    upsample,
)
from tissuegan.networks.layers import NoisyConv
from tissuegan.networks.shapes import conditioned_output_region


class CRNGenerator(nn.Module):
    """Condition (B, C, H, W) -> output in (-1, 1); paper section 4, after Chen & Koltun 2017.

    The coarsest stage sees the condition averaged to its scale and a noise image; each later stage
    sees the stage before, enlarged, and the condition averaged to its own scale. The finest
    condition is at half resolution, as in the paper's implementation: single ragged pixels of a
    drawn mask do not matter.

    Args:
        condition: channels of the condition.
        outputs: channels of the output.
        noise_channels: channels of the noise image at the coarsest level.
        widths: channels of each stage, coarsest first; the stride is 2 ** (stages - 1).
        convs: convolutions of each stage.
    """

    def __init__(
        self,
        condition: int,
        outputs: int,
        noise_channels: int,
        widths: Sequence[int],
        convs: Sequence[int],
    ) -> None:
        super().__init__()
        if len(widths) != len(convs):
            raise ValueError(f"{len(widths)} widths but {len(convs)} counts of convolutions")
        self.condition = condition
        self.noise_channels = noise_channels
        self.stages = nn.ModuleList()
        inputs, stream = noise_channels, 1
        for level, (width, count) in enumerate(zip(widths, convs, strict=True)):
            first = inputs + (condition if level < len(widths) - 1 else 0)
            sizes = [first] + [width] * count
            blocks = [NoisyConv(a, width, stream + k) for k, a in enumerate(sizes[:-1])]
            self.stages.append(nn.ModuleList(blocks))
            inputs, stream = width, stream + count
        self.head = nn.Conv2d(inputs, outputs, 3)

    @property
    def stride(self) -> int:
        """Pixels a side of one cell of the coarsest level."""
        return int(2 ** (len(self.stages) - 1))

    def forward(self, condition: Field, noise: NoiseSource) -> Field:
        """Output (B, outputs, h, w) in (-1, 1) on the region that the condition lets it know."""
        scales = halvings(condition, len(self.stages) - 1)
        coarse = scales[-1].region
        field = Field(noise(0, coarse, self.noise_channels), coarse)
        for level, stage in enumerate(self.stages):
            field = upsample(field) if level else field
            if level < len(self.stages) - 1:
                field = concat(field, scales[-1 - level])
            for block in stage:  # type: ignore[attr-defined]
                field = block(field, noise)
        return Field(torch.tanh(self.head(field.values)), field.region.grow(-1))

    def geometry(self) -> Geometry:
        """Stride and margin in pixels, read off the layers."""
        return margin(
            lambda asked: conditioned_output_region(self, asked, self.condition), self.stride
        )
