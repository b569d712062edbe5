"""How many different tissues a source can make: the birthday test.

If a batch of s labels holds two alike with probability 1/2, the source has about
s (s - 1) / (2 ln 2) labels to choose from (Arora & Zhang 2017). The paper's form of the test
(supplement D, Figure 15; facts 5.1): batches of 100 to 5,000 labels, ten runs, two labels are
alike where the intersection over union (IU) of all their classes together is above 0.9.

A run is one sequence of labels, and its batch of s is the first s of them: one pass over the
pairs of the longest batch gives every size, and runs stay independent of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Masks = NDArray[np.bool_]

BATCH_SIZES = (100, 200, 500, 1000, 2000, 5000)
ALIKE = 0.9
"""Labels with an IU above this count as duplicates (supplement D)."""
_BLOCK = 512


@dataclass(frozen=True)
class Pair:
    """Two labels of a run: their places in it, ``first`` before ``second``, and 1 - IU."""

    first: int
    second: int
    distance: float


@dataclass(frozen=True, eq=False)
class Run:
    """One sequence of labels, each compared with all before it.

    Attributes:
        distance: float64 (n,): 1 - IU to the nearest label before; infinite for the first.
        nearest: int64 (n,): the place of that label; -1 for the first.
    """

    distance: NDArray[np.float64]
    nearest: NDArray[np.int64]

    @property
    def pairs_compared(self) -> int:
        """The number of pairs, n (n - 1) / 2."""
        return len(self.distance) * (len(self.distance) - 1) // 2

    def min_distance(self, batch_sizes: Sequence[int]) -> tuple[float, ...]:
        """The smallest distance of any two of the first s labels, for each s of 2 to n."""
        smallest = np.minimum.accumulate(self.distance)
        return tuple(float(smallest[size - 1]) for size in batch_sizes)

    def first_collision(self, alike: float = ALIKE) -> int | None:
        """The smallest batch that has two labels alike, or None where none has."""
        found = np.flatnonzero(1 - self.distance > alike)
        return int(found[0]) + 1 if found.size else None

    def most_similar(self, count: int = 8) -> tuple[Pair, ...]:
        """The most similar pairs, nearest first; of each label only its nearest forerunner."""
        order = np.argsort(self.distance, kind="stable")[: min(count, len(self.distance) - 1)]
        return tuple(Pair(int(self.nearest[k]), int(k), float(self.distance[k])) for k in order)


@dataclass(frozen=True)
class Support:
    """What the runs of a birthday test say together.

    Attributes:
        batch_sizes: the sizes s of the curve.
        min_distance: for each run, the smallest 1 - IU in its batch of each size.
        collisions: the share of runs with two labels alike in the batch of each size.
        estimate: s (s - 1) / (2 ln 2) at the smallest s by which half of the runs had a
            collision; None where fewer than half had one.
        low: at least this many labels, by the lower end of the interval.
        high: at most this many; None where no run had a collision.
        n: the number of runs.
    """

    batch_sizes: tuple[int, ...]
    min_distance: tuple[tuple[float, ...], ...]
    collisions: tuple[float, ...]
    estimate: float | None
    low: float
    high: float | None
    n: int


def compare(labels: Masks) -> Run:
    """Compares every label with all before it, in blocks of matrix products.

    Args:
        labels: bool (n, ...): n labels of one shape, all classes together; two empty ones are
            alike (IU 1).

    Returns:
        A run of n labels. 5,000 labels of 2 x 64 x 64 pixels take some 5 seconds of one core and
        less than 100 MB beside the labels.
    """
    flat = labels.reshape(len(labels), -1)
    distance = np.full(len(flat), np.inf)
    nearest = np.full(len(flat), -1, np.int64)
    sizes = np.count_nonzero(flat, axis=1).astype(np.float32)
    for start in range(0, len(flat), _BLOCK):
        for before in range(0, start + 1, _BLOCK):
            _update(flat, sizes, start, before, distance, nearest)
    return Run(distance, nearest)


def support(
    runs: Sequence[Run], batch_sizes: Sequence[int] = BATCH_SIZES, alike: float = ALIKE
) -> Support:
    """The birthday test of several independent runs.

    The interval counts pairs: under a support of N equally likely labels the number of pairs
    compared until the first collision is close to exponential with mean N (facts 5.1), so that
    twice the pairs compared by all runs, up to their collision or their end, over N follows a
    chi-squared distribution. It holds 95 %; without any collision only its lower end is known.

    Args:
        runs: at least one.
        batch_sizes: those of the curve; sizes beyond the shortest run are left out.
        alike: the IU above which two labels are duplicates.
    """
    shortest = min(len(run.distance) for run in runs)
    sizes = tuple(size for size in batch_sizes if 2 <= size <= shortest)
    first = [run.first_collision(alike) for run in runs]
    found = sorted(size for size in first if size is not None)
    half = found[(len(runs) - 1) // 2] if 2 * len(found) >= len(runs) else None
    low, high = _interval(runs, first)
    return Support(
        batch_sizes=sizes,
        min_distance=tuple(run.min_distance(sizes) for run in runs),
        collisions=tuple(sum(s <= size for s in found) / len(runs) for size in sizes),
        estimate=None if half is None else half * (half - 1) / (2 * log(2)),
        low=low,
        high=high,
        n=len(runs),
    )


def _interval(runs: Sequence[Run], first: Sequence[int | None]) -> tuple[float, float | None]:
    compared = [
        run.pairs_compared if size is None else size * (size - 1) // 2
        for run, size in zip(runs, first, strict=True)
    ]
    pairs, collided = sum(compared), sum(size is not None for size in first)
    if not collided:
        return float(2 * pairs / chi2.ppf(0.95, 2)), None
    low = 2 * pairs / chi2.ppf(0.975, 2 * collided + 2)
    return float(low), float(2 * pairs / chi2.ppf(0.025, 2 * collided))


def _update(
    flat: Masks,
    sizes: NDArray[np.float32],
    start: int,
    before: int,
    distance: NDArray[np.float64],
    nearest: NDArray[np.int64],
) -> None:
    """Compares the block of labels from ``start`` with the block from ``before``, in place."""
    rows, columns = slice(start, start + _BLOCK), slice(before, before + _BLOCK)
    common = flat[rows].astype(np.float32) @ flat[columns].astype(np.float32).T
    union = sizes[rows, None] + sizes[columns] - common
    apart = 1 - np.divide(common, union, out=np.ones_like(common), where=union > 0)
    if start == before:
        apart[np.triu_indices(len(apart))] = np.inf
    best = apart.argmin(axis=1)
    found = apart[np.arange(len(apart)), best]
    better = found < distance[rows]
    distance[rows] = np.where(better, found, distance[rows])
    nearest[rows] = np.where(better, best + before, nearest[rows])
