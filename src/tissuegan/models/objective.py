"""The terms that the models' objectives are made of.

Eq. 1 to 7 of the paper write the adversarial game with logarithms; the hinge form below has the
same players and the same weights lambda_i (Eq. 7), and keeps its gradient where the discriminator
is ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from tissuegan.networks.discriminator import Verdict


def discriminator_hinge(real: list[Verdict], fake: list[Verdict]) -> Tensor:
    """Scalar: sum over scales of lambda_i (E max(0, 1 - D(real)) + E max(0, 1 + D(fake)))."""
    terms = [
        r.weight * (F.relu(1 - r.logits).mean() + F.relu(1 + f.logits).mean())
        for r, f in zip(real, fake, strict=True)
    ]
    return torch.stack(terms).sum()


def relativistic_hinge(real: list[Verdict], fake: list[Verdict]) -> Tensor:
    """Scalar: the hinge on how much more real the real is than the average fake, and vice versa.

    Relativistic average form (Jolicoeur-Martineau 2019). An offset that real and fake share, which
    drifts where the discriminator's slope is bounded, neither costs nor hides anything.
    """
    terms = []
    for r, f in zip(real, fake, strict=True):
        ahead, behind = r.logits - f.logits.mean(), f.logits - r.logits.mean()
        terms.append(r.weight * (F.relu(1 - ahead).mean() + F.relu(1 + behind).mean()))
    return torch.stack(terms).sum()


def discriminator_cross_entropy(real: list[Verdict], fake: list[Verdict]) -> Tensor:
    """Scalar: minus the sum over scales of lambda_i (E log D(real) + E log(1 - D(fake))).

    Eq. 1 to 7 as they are written, with D the logistic function of the logits.
    """
    terms = [
        r.weight * (F.softplus(-r.logits).mean() + F.softplus(f.logits).mean())
        for r, f in zip(real, fake, strict=True)
    ]
    return torch.stack(terms).sum()


def unweighted_cross_entropy(real: list[Verdict], fake: list[Verdict]) -> Tensor:
    """Scalar: half of what :func:`discriminator_cross_entropy` is with every lambda_i at 1.

    So it is in the first implementation, where the lambda_i of Eq. 7 weigh the generator's part
    alone (facts 6.4).
    """
    terms = [
        (F.softplus(-r.logits).mean() + F.softplus(f.logits).mean()) / 2
        for r, f in zip(real, fake, strict=True)
    ]
    return torch.stack(terms).sum()


def generator_hinge(fake: list[Verdict]) -> Tensor:
    """Scalar: minus the sum over scales of lambda_i E D(fake)."""
    return torch.stack([-f.weight * f.logits.mean() for f in fake]).sum()


def generator_cross_entropy(fake: list[Verdict]) -> Tensor:
    """Scalar: minus the sum over scales of lambda_i E log D(fake), the form that does not saturate.

    It has the same fixed point as the E log(1 - D(fake)) of the equations (Goodfellow et al. 2014).
    """
    return torch.stack([f.weight * F.softplus(-f.logits).mean() for f in fake]).sum()


DISCRIMINATOR_LOSSES: dict[str, Callable[[list[Verdict], list[Verdict]], Tensor]] = {
    "hinge": discriminator_hinge,
    "relativistic-hinge": relativistic_hinge,
    "cross-entropy": discriminator_cross_entropy,
    "unweighted-cross-entropy": unweighted_cross_entropy,
}
"""What a discriminator minimises, by the name that recipes give it."""

GENERATOR_LOSSES: dict[str, Callable[[list[Verdict]], Tensor]] = {
    "hinge": generator_hinge,
    "relativistic-hinge": generator_hinge,
    "cross-entropy": generator_cross_entropy,
    "unweighted-cross-entropy": generator_cross_entropy,
}
"""What the generator minimises against it."""


def feature_distance(real: list[Verdict], fake: list[Verdict]) -> Tensor:
    """Scalar: lambda_i-weighted mean L1 distance between the discriminators' features."""
    terms = [
        r.weight * torch.stack([F.l1_loss(b, a.detach()) for a, b in _pairs(r, f)]).mean()
        for r, f in zip(real, fake, strict=True)
    ]
    return torch.stack(terms).sum()


def _pairs(real: Verdict, fake: Verdict) -> list[tuple[Tensor, Tensor]]:
    return list(zip(real.features, fake.features, strict=True))


def coarse_distance(
    real: Tensor, fake: Tensor, factor: int = 4, weight: Tensor | None = None
) -> Tensor:
    """Scalar: L1 distance of the averages over ``factor`` x ``factor`` pixels.

    It ties the generated image to its labels and leaves texture to the discriminator. ``weight``
    (B, 1, H, W) says what each pixel counts; left out, 1.
    """
    apart = (F.avg_pool2d(fake, factor) - F.avg_pool2d(real, factor)).abs()
    return (apart if weight is None else apart * F.avg_pool2d(weight, factor)).mean()


def pixel_weights(masks: Tensor, classes: Sequence[float]) -> Tensor:
    """What each pixel counts, (B, 1, H, W): 1, and for each class (its weight - 1) where it is.

    Args:
        masks: (B, C, H, W) in [0, 1].
        classes: weights of the first classes; the others weigh 1 (facts 6.5).
    """
    known = list(zip(classes, masks.unbind(1), strict=False))
    total = torch.ones_like(masks[:, 0])
    for weight, mask in known:
        total = total + (weight - 1) * mask
    return total[:, None]


def split(verdicts: list[Verdict]) -> tuple[list[Verdict], list[Verdict]]:
    """Verdicts of the two halves of a batch that went through the discriminator in one pass."""
    half = len(verdicts[0].logits) // 2
    first, second = slice(half), slice(half, None)
    return [v.of(first) for v in verdicts], [v.of(second) for v in verdicts]
