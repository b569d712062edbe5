"""How much answers to one condition differ (Fig. 14): pairwise distances between samples."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.intervals import jackknife
from tissuegan.evaluation.panel import Json

Masks = NDArray[np.bool_]
Floats = NDArray[np.float64]


def pairwise_distances(samples: Masks) -> Floats:
    """1 - IU of every two samples; two empty ones are alike.

    Args:
        samples: bool (n, ...), n masks of one shape.

    Returns:
        float64 (n (n - 1) / 2,) in [0, 1], in the order of ``itertools.combinations``.
    """
    flat = samples.reshape(len(samples), -1)
    pairs = combinations(range(len(samples)), 2)
    return np.array([distance(flat[a], flat[b]) for a, b in pairs], np.float64)


def distance(one: Masks, other: Masks) -> float:
    """1 - IU of two masks of one shape; 0 where both are empty."""
    union = np.count_nonzero(one | other)
    return 1 - np.count_nonzero(one & other) / union if union else 0.0


def diversity(answers: Sequence[Masks]) -> Json:
    """The mean distance of two answers to one condition, and what it is to be compared with.

    Args:
        answers: for each condition the samples, bool (n, C, H, W), n >= 2, the same n and shape.

    Returns:
        "distance" with its interval over conditions (0: the same answer every time); "apart", the
        mean distance of answers to different conditions, which is what answers that heed nothing
        have; "area", the share of pixels that belong to any made class; "answers" to each of ``n``
        conditions.
    """
    means = [float(pairwise_distances(samples).mean()) for samples in answers]
    return {
        "distance": float(np.mean(means)),
        "distance_interval": jackknife(means, lambda some: float(np.mean(some))),
        "apart": _apart(answers),
        "area": float(np.mean([samples.any(axis=1).mean() for samples in answers])),
        "answers": len(answers[0]),
        "n": len(answers),
    }


def _apart(answers: Sequence[Masks]) -> float | None:
    """Mean distance of the k-th answer to one condition and the next to another, of all pairs.

    Never of the k-th to both: they may have been drawn with the same noise.
    """
    if len(answers) < 2:
        return None
    pairs = [
        (one, other)
        for a, b in combinations(answers, 2)
        for one, other in zip(a, np.roll(b, 1, axis=0), strict=True)
    ]
    return float(np.mean([distance(one, other) for one, other in pairs]))
