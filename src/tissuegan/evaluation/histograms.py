"""Distances of distributions: chi-squared of histograms, and Wasserstein's without bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

Floats = NDArray[np.float64]

BINS, REPEATS = 20, 100
TOP = 99.5


def size_edges(training: Floats) -> Floats:
    """Edges of 20 equal bins from 0 to the 99.5th percentile of the training data, the last open.

    Facts, section 4: the same edges for all models.
    """
    top = float(np.percentile(training, TOP)) if len(training) else 1.0
    edges = np.linspace(0, top, BINS + 1)
    edges[-1] = np.inf
    return edges


def unit_edges() -> Floats:
    """Edges of 20 equal bins on [0, 1]."""
    return np.linspace(0, 1, BINS + 1)


def counts(values: Floats, edges: Floats) -> NDArray[np.int64]:
    """How many of the values (n,) are in each bin, int64 (bins,)."""
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return np.bincount(places, minlength=len(edges) - 1).astype(np.int64)


def chi2(first: NDArray[np.generic], second: NDArray[np.generic]) -> float:
    """Chi-squared distance of two histograms, 0 to 1; nan where one of them is empty.

    1/2 sum (p - q)^2 / (p + q) of the normalised histograms over bins that are not empty in both
    (facts, section 4).
    """
    total, other = first.sum(), second.sum()
    if not (total and other):
        return float("nan")
    p, q = first / total, second / other
    both = p + q
    used = both > 0
    return float(((p - q)[used] ** 2 / both[used]).sum() / 2)


def repeated(
    first: Floats, second: Floats, edges: Floats, n: int, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Distances of 100 pairs of subsets of ``n`` values each, drawn without replacement.

    Returns:
        The chi-squared distances and the Wasserstein distances, float64 (100,) each; empty where
        one of the two has fewer than ``n`` values, or ``n`` is 0.
    """
    if not n or min(len(first), len(second)) < n:
        return np.empty(0), np.empty(0)
    pairs = [
        (random.choice(first, n, replace=False), random.choice(second, n, replace=False))
        for _ in range(REPEATS)
    ]
    squared = [chi2(counts(a, edges), counts(b, edges)) for a, b in pairs]
    moved = [wasserstein_distance(a, b) for a, b in pairs]
    return np.array(squared), np.array(moved)


def halves(values: Floats, edges: Floats, n: int, random: np.random.Generator) -> Floats:
    """Chi-squared distances of ``n`` values each from 100 pairs of random halves: the floor."""
    n = min(n, len(values) // 2)
    if not n:
        return np.empty(0)
    shuffled = [random.permutation(values) for _ in range(REPEATS)]
    pairs = [(counts(v[:n], edges), counts(v[n : 2 * n], edges)) for v in shuffled]
    return np.array([chi2(a, b) for a, b in pairs])
