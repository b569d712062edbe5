"""The discriminator of the first implementation: padded patches of a blurred pyramid."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.networks.layers import features_of, normal_weights


class PatchGAN(nn.Module):
    """Pictures -> logits: padded 4 x 4 convolutions with instance norm (facts 6.4; pix2pix).

    ``depth`` convolutions of stride 2 double the channels up to 8 * ``base``; one of stride 1
    doubles them once more, and another makes the logits.
    """

    @staticmethod
    def smallest(depth: int) -> int:
        """An input side, in pixels, that leaves the last normalisation something to compare."""
        return int(2**depth)

    def __init__(self, inputs: int, base: int, depth: int) -> None:
        super().__init__()
        widths = [inputs] + [base * min(2**k, 8) for k in range(depth + 1)]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2 if k < depth else 1, padding=2)
            for k, (a, b) in enumerate(pairwise(widths))
        )
        self.norms = nn.ModuleList(
            [nn.Identity(), *(nn.InstanceNorm2d(width) for width in widths[2:])]
        )
        self.head = nn.Conv2d(widths[-1], 1, 4, padding=2)
        self.apply(normal_weights)

    def forward(self, values: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, inputs, H, W) -> logits (B, 1, h, w) and the features of each layer."""
        features = features_of(values, self.convs, self.norms)
        return self.head(features[-1]).float(), features


def blurred(values: Tensor, factor: int) -> Tensor:
    """Every ``factor``-th pixel of (B, C, H, W) after a Gaussian blur with zero padding.

    Sigma is factor / 2 and the kernel 4 sigma + 1 wide; it is not trained.
    """
    reach = torch.arange(-factor, factor + 1, dtype=values.dtype, device=values.device)
    line = torch.exp(-reach.square() / (2 * (factor / 2) ** 2))
    kernel = torch.outer(line, line) / line.sum().square()
    channels = values.shape[1]
    weight = kernel.expand(channels, 1, *kernel.shape)
    return F.conv2d(values, weight, stride=factor, padding=factor, groups=channels)
