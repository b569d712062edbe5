"""What a discriminator of pairs looks at (supplement C, Fig. 16): gradients by input channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tissuegan.evaluation.intervals import jackknife
from tissuegan.evaluation.panel import Json

Floats = NDArray[np.float64]
Judge = Callable[[Tensor], Tensor]


def mean_gradients(judge: Judge, pairs: Tensor) -> Floats:
    """Mean absolute gradient of a discriminator's output, for each pair and channel.

    Args:
        judge: pairs (B, C, H, W) -> one output each, (B,); no pair may touch another's output.
        pairs: labels and image as channels, float32 (B, C, H, W).

    Returns:
        float64 (B, C): the mean over pixels of abs(d output / d pixel).
    """
    seen = pairs.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(judge(seen).sum(), seen)
    means: Floats = gradient.abs().mean((2, 3)).double().numpy()
    return means


def attention(gradients: Floats, channels: Sequence[str]) -> Json:
    """Means over pairs, with intervals, of what :func:`mean_gradients` found.

    Args:
        gradients: float64 (n, C).
        channels: their names, the image's last.

    Returns:
        "channels": by name the mean, its interval over pairs and n; "share_of_image": the image's
        part of the sum over channels, 1 / C where a discriminator looks at all alike, with its
        interval; "n" pairs.
    """
    rows = list(gradients)
    means = {
        name: {"mean": float(column.mean()), "interval": _interval(column), "n": len(rows)}
        for name, column in zip(channels, gradients.T, strict=True)
    }
    share = _share(rows)
    return {
        "channels": means,
        "share_of_image": share,
        "share_of_image_interval": jackknife(rows, _share),
        "n": len(rows),
    }


def _share(rows: Sequence[Floats]) -> float:
    total = np.sum(rows, axis=0)
    return float(total[-1] / total.sum()) if total.any() else float("nan")


def _interval(column: Floats) -> list[float] | None:
    return jackknife(list(column), lambda some: float(np.mean(some)))
