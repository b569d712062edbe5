"""SLF3.66 to 3.78: Haralick's texture features of the shrunk object image.

Definitions: Haralick, Shanmugam & Dinstein 1973, as the SLF code has them: co-occurrences at
distance 1 in four directions, symmetric, without pairs that have a pixel of level 0; the rank of a
grey level among those present in place of the level; the sum entropy as the centre of the sum
variance (a misprint of 1973 that was kept); the variance of |i - j| as the difference variance;
logarithms to base 2; the mean of the four directions.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.images import Floats

Levels = NDArray[np.int64]

LEVELS = 256
SHRINK = 5
"""One pixel for 5 x 5: the SLF default of 0.23 um to 1.15 um, used without a scale."""

NAMES = (
    "SLF3.66:angular_second_moment",
    "SLF3.67:contrast",
    "SLF3.68:correlation",
    "SLF3.69:sum_of_squares",
    "SLF3.70:inverse_diff_moment",
    "SLF3.71:sum_avg",
    "SLF3.72:sum_var",
    "SLF3.73:sum_entropy",
    "SLF3.74:entropy",
    "SLF3.75:diff_var",
    "SLF3.76:diff_entropy",
    "SLF3.77:info_measure_corr_1",
    "SLF3.78:info_measure_corr_2",
)
DIRECTIONS = ((0, 1), (1, 1), (1, 0), (1, -1))


def haralick_features(image: Floats, shrink: int = SHRINK) -> Floats:
    """The thirteen texture features of an object image (H, W), float64 (13,).

    Zeros where one of the directions has no pair of pixels above level 0.
    """
    ranks = ranked(quantised(shrunk(image, shrink)))
    both = [pairs(ranks, *step) for step in DIRECTIONS]
    if not all(len(first) for first, _ in both):
        return np.zeros(len(NAMES))
    features = np.array([of_cooccurrence(*cooccurrence(*pair)) for pair in both])
    average: Floats = features.mean(axis=0)
    return average


def shrunk(image: Floats, factor: int = SHRINK) -> Floats:
    """One pixel for ``factor`` x ``factor`` of an image (H, W), rounded up, as MATLAB shrinks.

    A triangle as wide as two of the new pixels weighs the old ones (``imresize``, bilinear with
    anti-aliasing); beyond the border lies the image's reflection.
    """
    height, width = image.shape
    return _triangles(height, factor) @ image @ _triangles(width, factor).T


def quantised(image: Floats, levels: int = LEVELS) -> Levels:
    """Grey levels 0 to ``levels`` - 1 of equal width between the least and the greatest value."""
    low, high = image.min(), image.max()
    unit = (image - low) / (high - low) if high > low else np.zeros_like(image)
    return np.minimum((unit * levels).astype(np.int64), levels - 1)


def ranked(levels: Levels) -> Levels:
    """Each level's place among those present, 0 counted as one of them, int64 (H, W)."""
    present = np.bincount(levels.ravel()) > 0
    present[0] = True
    places: Levels = np.cumsum(present)[levels] - 1
    return places


def cooccurrence(first: Levels, second: Levels) -> tuple[Levels, Levels, Floats]:
    """The pairs of levels that occur, in either order, and their probabilities: (n,) each."""
    size = int(max(first.max(), second.max())) + 1
    codes = np.concatenate([first * size + second, second * size + first])
    present, counts = np.unique(codes, return_counts=True)
    return present // size, present % size, counts / len(codes)


def of_cooccurrence(i: Levels, j: Levels, value: Floats) -> Floats:
    """The thirteen features of pairs of levels (n,) and their probabilities (n,), float64 (13,)."""
    margin = np.bincount(i, value).astype(np.float64)
    level = np.arange(len(margin))
    sums = np.bincount(i + j, value).astype(np.float64)
    gaps = np.bincount(np.abs(i - j), value).astype(np.float64)
    mean = level @ margin
    variance = (level - mean) ** 2 @ margin
    contrast = np.arange(len(gaps)) ** 2 @ gaps
    correlation = ((i * j) @ value - mean**2) / variance if variance else 1.0
    sum_entropy = entropy(sums)
    return np.array(
        [
            value @ value,
            contrast,
            correlation,
            variance,
            value @ (1 / (1.0 + (i - j) ** 2)),
            np.arange(len(sums)) @ sums,
            (np.arange(len(sums)) - sum_entropy) ** 2 @ sums,
            sum_entropy,
            entropy(value),
            contrast - (np.arange(len(gaps)) @ gaps) ** 2,
            entropy(gaps),
            *_information(value, margin, margin[i] * margin[j]),
        ]
    )


def entropy(p: Floats) -> float:
    """-sum p log2 p in bits, 0 log 0 being 0."""
    some = p[p > 0]
    return float(-(some @ np.log2(some)))


def _information(value: Floats, margin: Floats, independent: Floats) -> tuple[float, float]:
    """Information measures of correlation 1 and 2; the first is 0 where there is one level."""
    joint, single = entropy(value), entropy(margin)
    crossed = float(-(value @ np.log2(independent)))
    first = (joint - crossed) / single if single else 0.0
    return first, float(np.sqrt(max(0.0, 1 - np.exp(-2 * (2 * single - joint)))))


def pairs(ranks: Levels, down: int, right: int) -> tuple[Levels, Levels]:
    """Levels of neighbours in one direction, both above 0: int64 (n,) twice."""
    height, width = ranks.shape
    here = ranks[: height - down, max(0, -right) : width - max(0, right)]
    there = ranks[down:, max(0, right) : width + min(0, right)]
    both = (here > 0) & (there > 0)
    return here[both], there[both]


@lru_cache(maxsize=256)
def _triangles(size: int, factor: int) -> Floats:
    """The weight of each old pixel in each new one, float64 (ceil(size / factor), size)."""
    offsets = np.arange(-factor, factor + 1)
    centres = np.arange(-(-size // factor)) * factor + (factor - 1) / 2
    places = np.floor(centres[:, None] + offsets + 0.5).astype(int)
    weights = np.maximum(0, 1 - np.abs(places - centres[:, None]) / factor)
    around = places % (2 * size)
    reflected = np.minimum(around, 2 * size - 1 - around)
    table = np.zeros((len(centres), size))
    np.add.at(table, (np.arange(len(centres))[:, None], reflected), weights)
    table /= table.sum(axis=1, keepdims=True)
    return table
