"""The conditional generators of the first implementation: padded, and so of one fixed size.

Both normalise by the statistics of the field itself and pad their convolutions, so every pixel
depends on the whole field and on how far its border is. Facts 6.3.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.networks.geometry import Field, Geometry, NoiseSource, coarsened_region
from tissuegan.networks.layers import SLOPE, normal_weights
from tissuegan.region import Region


class PaddedCRN(nn.Module):
    """Condition (B, C, S, S) -> output in (-1, 1), coarse to fine (paper Figure 13).

    Each block enlarges by two; the first sees noise and the condition averaged to its scale, each
    later one the block before and the condition averaged to its own scale, through one convolution
    that all of them share.

    Args:
        condition: channels of the condition.
        outputs: channels of the output.
        side: S in pixels, a multiple of 2 ** levels.
        noise_channels: of the noise at the coarsest level.
        width: channels of every block.
        levels: blocks.
        convs: convolutions of a block after its enlargement.
    """

    def __init__(
        self,
        condition: int,
        outputs: int,
        side: int,
        noise_channels: int,
        width: int,
        levels: int,
        convs: int,
    ) -> None:
        super().__init__()
        self.side, self.noise_channels, self.levels = side, noise_channels, levels
        first = [condition + noise_channels] + [2 * width] * (levels - 1)
        self.before = nn.ModuleList(_conv(inputs, width) for inputs in first)
        self.after = nn.ModuleList(
            nn.ModuleList(_conv(width, width) for _ in range(convs - (k == levels - 1)))
            for k in range(levels)
        )
        self.shared = _conv(condition, width)
        self.head = _conv(width, outputs)
        self.apply(normal_weights)

    def forward(self, condition: Field, noise: NoiseSource) -> Field:
        """Output (B, outputs, S, S) in (-1, 1) on the region of the condition."""
        coarsest = coarsened_region(condition.region, 2**self.levels)
        seen = F.avg_pool2d(condition.values, 2**self.levels)
        values = torch.cat([seen, noise(0, coarsest, self.noise_channels).to(seen.dtype)], 1)
        for level, (before, after) in enumerate(zip(self.before, self.after, strict=True)):
            if level:
                seen = F.avg_pool2d(condition.values, 2 ** (self.levels - level))
                values = torch.cat([values, F.instance_norm(self.shared(seen))], 1)
            values = F.instance_norm(_doubled(before(values)))
            for conv in after:  # type: ignore[attr-defined]
                values = F.instance_norm(conv(F.relu(values)))
        return Field(torch.tanh(self.head(F.relu(values))), condition.region)

    def geometry(self) -> Geometry:
        """Cells of one field each."""
        return Geometry(self.side, 0, fixed=True)


class PaddedUNet(nn.Module):
    """Condition (B, C, S, S) -> output in (-1, 1): the U-Net of pix2pix, with noise.

    Dropout and Gaussian noise stay on when sampling, as in the first implementation: they are its
    only randomness. Both are made from the noise source, so the output is a function of it.

    Args:
        condition: channels of the condition.
        outputs: channels of the output.
        side: S in pixels, a multiple of 2 ** levels.
        widths: channels of each level, finest first. Levels as wide as the one before drop.
        dropout: share of the values that they drop.
        grain: standard deviation of the noise added after each level of the expanding path.
    """

    def __init__(
        self,
        condition: int,
        outputs: int,
        side: int,
        widths: Sequence[int],
        dropout: float,
        grain: float,
    ) -> None:
        super().__init__()
        self.side, self.dropout, self.grain = side, dropout, grain
        levels = len(widths)
        before, above = [condition, *widths[:-1]], [outputs, *widths[:-1]]
        self.drops = [0 < k < levels - 1 and widths[k] == widths[k - 1] for k in range(levels)]
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 4, 2, 1) for a, b in zip(before, widths, strict=True)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(widths[k] * (1 if k == levels - 1 else 2), above[k], 4, 2, 1)
            for k in range(levels)
        )
        self.apply(normal_weights)

    def forward(self, condition: Field, noise: NoiseSource) -> Field:
        """Output (B, outputs, S, S) in (-1, 1) on the region of the condition."""
        values, skips, last = condition.values, [], len(self.down) - 1
        for level, conv in enumerate(self.down):
            values = conv(F.leaky_relu(values, SLOPE) if level else values)
            values = F.instance_norm(values) if 0 < level < last else values
            skips.append(values)
        for level in range(last, 0, -1):
            values = F.instance_norm(self.up[level](F.relu(values)))
            values = self._random(level, values, condition.region, noise)
            values = torch.cat([values, skips[level - 1]], 1)
        return Field(torch.tanh(self.up[0](F.relu(values))), condition.region)

    def _random(self, level: int, values: Tensor, region: Region, noise: NoiseSource) -> Tensor:
        """Values with some of them dropped, where this level does so, and with grain."""
        place, channels = coarsened_region(region, 2**level), values.shape[1]
        if self.dropout and self.drops[level]:
            cut = torch.special.ndtri(torch.tensor(self.dropout))
            kept = noise(2 * level + 1, place, channels) > cut.to(values.device)
            values = values * kept / (1 - self.dropout)
        if self.grain:
            drawn = noise(2 * level, place, channels)
            values = values + self.grain * drawn.to(values.dtype)
        return values

    def geometry(self) -> Geometry:
        """Cells of one field each."""
        return Geometry(self.side, 0, fixed=True)


def _conv(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


def _doubled(values: Tensor) -> Tensor:
    return F.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)
