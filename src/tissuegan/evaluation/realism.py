"""Realism (Fig. 8): how many synthetic cells a linear classifier takes for real ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC

Floats = NDArray[np.float64]

REPEATS, TRAINING, TESTED = 100, 100, 100


def trained_on(count: int) -> int:
    """How many of ``count`` cells train the classifier: 100, or 60 % of fewer than 200."""
    return TRAINING if count >= 2 * TRAINING else -(-6 * count // 10)


def fooled(real: Floats, fake: Floats, random: np.random.Generator) -> Floats:
    """Shares of held-out synthetic cells that are taken for real, float64 (100,).

    The protocol of the paper's code (facts, section 6.6): the real class is the same cells in
    every repeat; the synthetic ones that train are drawn anew, and up to 100 of the others are
    tested. A linear support vector machine with C = 1. One half is indistinguishable, 0 is fully
    recognised.

    Args:
        real: z-scores of the real cells that train, (n, F).
        fake: z-scores of the synthetic cells, (m, F).
        random: what draws.

    Returns:
        Nothing, float64 (0,), where there are no real cells or fewer than three synthetic ones, of
        which none would be left to test.
    """
    size = trained_on(len(fake))
    if not len(real) or size >= len(fake):
        return np.empty(0)
    return np.array([_repeat(real, random.permutation(fake), size) for _ in range(REPEATS)])


def fooled_equally(real: Floats, fake: Floats, size: int, random: np.random.Generator) -> Floats:
    """The same shares with ``size`` real cells against ``size`` synthetic ones, float64 (100,).

    In the protocol above the classes are as large as sets happen to be, and a classifier leans
    towards the larger one: a source with few cells looks better than one with many. Here both
    classes are drawn anew in every repeat and equally large, so that sources can be compared.

    Returns:
        Nothing, float64 (0,), where a set does not have ``size`` cells, or no synthetic one is
        left to be tested.
    """
    if not size or len(real) < size or len(fake) <= size:
        return np.empty(0)
    return np.array(
        [
            _repeat(random.permutation(real)[:size], random.permutation(fake), size)
            for _ in range(REPEATS)
        ]
    )


def _repeat(real: Floats, fake: Floats, size: int) -> float:
    rows = np.concatenate([real, fake[:size]])
    is_real = np.arange(len(rows)) < len(real)
    machine = SVC(kernel="linear", C=1).fit(rows, is_real)
    return float(machine.predict(fake[size : size + TESTED]).mean())
