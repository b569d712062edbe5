"""A valid U-Net with noise: the conditional generator of pix2pix, made local."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from tissuegan.networks.geometry import (
    Field,
    Geometry,
    NoiseSource,
    concat,
    downsample,
    margin,
    upsample,
)
from tissuegan.networks.layers import NoisyConv
from tissuegan.networks.shapes import conditioned_output_region


class UNetGenerator(nn.Module):
    """Condition (B, C, H, W) -> output in (-1, 1), by a contracting and an expanding path.

    The paper compares the CRN with the U-Net of pix2pix (section 4, supplement B). This one has no
    padding, crops its skips to what the expanding path knows, and draws its randomness from noise
    added at every scale.

    Args:
        condition: channels of the condition.
        outputs: channels of the output.
        widths: channels of each level, finest first; the stride is 2 ** (levels - 1).
    """

    def __init__(self, condition: int, outputs: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.condition = condition
        levels = len(widths)
        before = [condition, *widths[:-1]]
        self.down = nn.ModuleList(
            NoisyConv(a, b, 1 + k) for k, (a, b) in enumerate(zip(before, widths, strict=True))
        )
        self.up = nn.ModuleList(
            NoisyConv(widths[k] + widths[k + 1], widths[k], 1 + levels + k)
            for k in range(levels - 1)
        )
        self.head = nn.Conv2d(widths[0], outputs, 3)

    @property
    def stride(self) -> int:
        """Pixels a side of one cell of the coarsest level."""
        return int(2 ** (len(self.down) - 1))

    def forward(self, condition: Field, noise: NoiseSource) -> Field:
        """Output (B, outputs, h, w) in (-1, 1) on the region that the condition lets it know."""
        field, skips = condition, []
        for level, block in enumerate(self.down):
            field = block(downsample(field) if level else field, noise)
            skips.append(field)
        for level in reversed(range(len(self.up))):
            field = self.up[level](concat(upsample(field), skips[level]), noise)
        return Field(torch.tanh(self.head(field.values)), field.region.grow(-1))

    def geometry(self) -> Geometry:
        """Stride and margin in pixels, read off the layers."""
        return margin(
            lambda asked: conditioned_output_region(self, asked, self.condition), self.stride
        )
