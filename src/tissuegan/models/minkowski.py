"""Matching how many objects of which size there are, beside what the discriminators see.

A patch discriminator hardly notices that small objects are half as frequent as they should be: in
most patches nothing is amiss. Their number is a statistic of the whole, and additive: the Euler
characteristic of what is left of a set after erosion counts the objects that survive it, and the
area says how large they are. Both are Minkowski functionals, sums over pixels, so a generator can
be led to the values of the training sections (Mecke 1998; Serra 1982 for erosion as a sieve).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

OUTSIDE_RADII = (0, 1, 2, 3, 4, 6, 8, 11)
INSIDE_RADII = (0, 1, 2, 4, 7, 10)
SMALLEST = 2 * max(*OUTSIDE_RADII, *INSIDE_RADII) + 2
"""Side of the labels of which the widest sieve leaves 2 x 2 pixels, which have an Euler density."""
SLOPE = 2.0
"""Soft labels saturate at a quarter: grey counts for nothing, an edge still has a gradient."""


def euler_density(soft: Tensor) -> Tensor:
    """Euler characteristic (4-connected objects minus holes) per thousand pixels.

    Args:
        soft: membership (..., H, W) in [0, 1]; exact for 0 and 1.

    Returns:
        (...,): vertices minus edges plus faces of the complex of pixels, each as a product.
    """
    here, right = soft[..., :-1, :-1], soft[..., :-1, 1:]
    below, across = soft[..., 1:, :-1], soft[..., 1:, 1:]
    local = here - here * right - here * below + here * right * below * across
    return 1000 * local.mean((-2, -1))


def erosions(soft: Tensor, radii: Sequence[int]) -> Iterator[Tensor]:
    """A soft set (B, C, H, W) eroded by squares of side 2 r + 1, valid, radii ascending."""
    done = 0
    for radius in radii:
        for _ in range(radius - done):
            soft = 1 - F.max_pool2d(1 - soft, 3, 1)
        done = radius
        yield soft


def functionals(labels: Tensor) -> Tensor:
    """Area and Euler density of each class and of what is outside it, by erosion radius.

    Args:
        labels: soft labels (B, C, H, W) in [-1, 1].

    Returns:
        (B, 28 C), float32.
    """
    inside = (0.5 + SLOPE * labels.float()).clamp(0, 1)
    found = []
    for soft, radii in ((1 - inside, OUTSIDE_RADII), (inside, INSIDE_RADII)):
        for left in erosions(soft, radii):
            found += [left.mean((-2, -1)), euler_density(left)]
    return torch.cat(found, dim=1)


class MinkowskiMatch(nn.Module):
    """Squared distance of the mean functionals, in standard deviations of a real patch.

    The real mean and deviation are those of all patches so far. The square is taken over pairs of
    two different generated patches (a U-statistic): its expectation is the squared distance of
    the means, however few the patches are, so its gradient leads there. The square of a batch's own
    mean would also punish that patches differ, and a running mean lags behind and swings.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        size = (len(OUTSIDE_RADII) + len(INSIDE_RADII)) * 2 * classes
        self.register_buffer("steps", torch.zeros(()))
        for name in ("real", "square"):
            self.register_buffer(name, torch.zeros(size))

    def forward(self, real: Tensor, fake: Tensor) -> Tensor:
        """Scalar, for real and fake soft labels (B, C, H, W) in [-1, 1]; it may be negative.

        Raises:
            ValueError: there is one fake patch only, which has no pair.
        """
        if len(fake) < 2:
            raise ValueError("a single patch has no pair")
        there = functionals(real)
        self._remember(there.mean(0), there.square().mean(0))
        mean = self.get_buffer("real")
        variance = (self.get_buffer("square") - mean.square()).clamp_min(0) + 1e-4 * mean.square()
        return (_over_pairs(functionals(fake) - mean) / (variance + 1e-6)).mean()

    @torch.no_grad()
    def _remember(self, real: Tensor, square: Tensor) -> None:
        real, square = _over_processes(torch.stack([real, square])).unbind()
        steps = self.get_buffer("steps")
        self.get_buffer("real").lerp_(real, 1 / (steps + 1))
        self.get_buffer("square").lerp_(square, 1 / (steps + 1))
        steps.add_(1)


def _over_pairs(values: Tensor) -> Tensor:
    """Mean product of two different rows of (B, F), as (F,)."""
    count = len(values)
    return (values.sum(0).square() - values.square().sum(0)) / (count * (count - 1))


def _over_processes(values: Tensor) -> Tensor:
    """The mean over all processes; the values themselves where there is one."""
    if not (dist.is_available() and dist.is_initialized()):
        return values
    dist.all_reduce(values)
    return values / dist.get_world_size()
