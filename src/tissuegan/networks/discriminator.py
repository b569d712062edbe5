"""The multi-scale patch discriminator of Equation 7."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from tissuegan.networks.layers import BatchNorm, features_of, normal_weights
from tissuegan.networks.patchgan import PatchGAN, blurred
from tissuegan.networks.trimmed import TrimmedConv

DiscriminatorKind = Literal["spectral", "patchgan", "dcgan"]
"""A :class:`PatchDiscriminator` with spectral norm, a
:class:`tissuegan.networks.patchgan.PatchGAN`, or a :class:`DCGANDiscriminator`."""


@dataclass(frozen=True)
class Scale:
    """One discriminator D^i of Equation 7.

    Attributes:
        factor: the pyramid level pi_i averages ``factor`` x ``factor`` pixels.
        weight: lambda_i.
        depth: number of stride-2 convolutions.
        channels: the input channels that it sees; None for all.
    """

    factor: int
    weight: float
    depth: int = 3
    channels: tuple[int, ...] | None = None


class PatchDiscriminator(nn.Module):
    """Patches -> logits: 4 x 4 stride-2 convolutions, then two 3 x 3, all with spectral norm.

    Unpadded like the generators, so no logit knows how far the border is.
    """

    @staticmethod
    def smallest(depth: int) -> int:
        """The input side, in pixels, that gives a single logit."""
        side = 1 + 2 + 2
        for _ in range(depth):
            side = 2 * side + 2
        return side

    def __init__(self, inputs: int, base: int, depth: int) -> None:
        super().__init__()
        widths = [inputs] + [base * 2**k for k in range(depth)]
        convs: list[nn.Conv2d] = [TrimmedConv(a, b, 4, stride=2) for a, b in pairwise(widths)]
        convs.append(nn.Conv2d(widths[-1], 2 * widths[-1], 3))
        self.convs = nn.ModuleList(spectral_norm(conv) for conv in convs)
        self.head = spectral_norm(nn.Conv2d(2 * widths[-1], 1, 3))

    def forward(self, values: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, inputs, H, W) -> logits (B, 1, h, w) and the features of each layer."""
        features = features_of(values, self.convs)
        return self.head(features[-1]).float(), features


class DCGANDiscriminator(nn.Module):
    """Pictures -> logits: padded 4 x 4 stride-2 convolutions with batch norm, then one 4 x 4.

    The discriminator of DCGAN (Radford, Metz & Chintala 2016): a picture of 4 * 2 ** depth pixels a
    side gets one logit.
    """

    @staticmethod
    def smallest(depth: int) -> int:
        """The input side, in pixels, that gives a single logit."""
        return int(4 * 2**depth)

    def __init__(self, inputs: int, base: int, depth: int) -> None:
        super().__init__()
        widths = [inputs] + [base * 2**k for k in range(depth)]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(widths)
        )
        self.norms = nn.ModuleList([nn.Identity(), *(BatchNorm(width) for width in widths[2:])])
        self.head = nn.Conv2d(widths[-1], 1, 4)
        self.apply(normal_weights)

    def forward(self, values: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, inputs, H, W) -> logits (B, 1, h, w) and the features of each layer."""
        features = features_of(values, self.convs, self.norms)
        return self.head(features[-1]).float(), features


PARTS: Mapping[DiscriminatorKind, type[PatchDiscriminator | PatchGAN | DCGANDiscriminator]] = {
    "spectral": PatchDiscriminator,
    "patchgan": PatchGAN,
    "dcgan": DCGANDiscriminator,
}


@dataclass(frozen=True, eq=False)
class Verdict:
    """What one discriminator said: logits (B, 1, h, w), features by layer, and its weight."""

    logits: Tensor
    features: list[Tensor]
    weight: float

    def of(self, items: slice) -> Verdict:
        """What was said of some items of the batch."""
        return Verdict(self.logits[items], [f[items] for f in self.features], self.weight)


class MultiScaleDiscriminator(nn.Module):
    """Independent patch discriminators on an image pyramid (paper section 4, Figure 4).

    One scale is the paper's Non-MS ablation. A scale with ``channels`` sees those alone: a rare
    class with a discriminator of its own is not left behind by the common ones.

    Args:
        inputs: channels of the input.
        base: channels of the first convolution.
        scales: one entry a discriminator.
        kind: what each of them is.
    """

    def __init__(
        self,
        inputs: int,
        base: int,
        scales: Sequence[Scale],
        kind: DiscriminatorKind = "spectral",
    ) -> None:
        super().__init__()
        self.scales = tuple(scales)
        self.part = PARTS[kind]
        self.smaller = blurred if kind == "patchgan" else F.avg_pool2d
        self.parts = nn.ModuleList(
            self.part(len(s.channels) if s.channels else inputs, base, s.depth) for s in self.scales
        )

    @property
    def normalises(self) -> bool:
        """Whether what it says of one picture depends on the others of the batch."""
        return any(isinstance(module, BatchNorm) for module in self.modules())

    @property
    def smallest(self) -> int:
        """The least side of an input, in pixels, from which every scale gets a logit."""
        return max(scale.factor * self.part.smallest(scale.depth) for scale in self.scales)

    def forward(self, values: Tensor) -> list[Verdict]:
        """(B, inputs, H, W) -> one verdict a scale."""
        verdicts = []
        for part, scale in zip(self.parts, self.scales, strict=True):
            logits, features = part(pyramid_level(values, scale, self.smaller))
            verdicts.append(Verdict(logits, features, scale.weight))
        return verdicts


def pyramid_level(
    values: Tensor, scale: Scale, smaller: Callable[[Tensor, int], Tensor] = F.avg_pool2d
) -> Tensor:
    """pi_i of Equation 7: the channels that a discriminator sees, made smaller to its scale."""
    seen = values if scale.channels is None else values[:, list(scale.channels)]
    return seen if scale.factor == 1 else smaller(seen, scale.factor)
