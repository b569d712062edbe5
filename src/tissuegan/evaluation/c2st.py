"""Classifier two-sample test (Lopez-Paz & Oquab 2016) whose folds hold out whole fields.

Cells of one section, and of its neighbours, are alike; were they on both sides of a split, a
classifier would know sections and not what is synthetic. So a fold is a run of neighbouring
fields, and a classifier never sees the fields that it is tested on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.svm import SVC

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FOLDS, FEWEST = 5, 10


@dataclass(frozen=True)
class TwoSample:
    """What came out.

    Attributes:
        correct: held-out cells that were told rightly.
        tested: held-out cells, half of them real.
    """

    correct: int
    tested: int

    @property
    def accuracy(self) -> float:
        """Share of held-out cells told rightly: 1/2 where nothing can be told."""
        return self.correct / self.tested

    @property
    def p_value(self) -> float:
        """P(T >= t) of a Binomial(n, 1/2): the chance of so many if nothing can be told.

        It takes cells as independent of each other (facts, section 5.2).
        """
        return float(binom.sf(self.correct - 1, self.tested, 0.5))


def folds_of(fields: Places, count: int, folds: int = FOLDS) -> Places:
    """The fold of each cell, int64 (n,): runs of neighbouring fields, as equal as they can be.

    Args:
        fields: the number of the field of each cell, 0 to ``count`` - 1, in raster order within
            a field; of a single field the folds are runs of its cells, bands from top to bottom.
        count: of fields.
        folds: at most; there are no more folds than fields.
    """
    if count == 1:
        return np.arange(len(fields)) * folds // max(1, len(fields))
    return fields * min(folds, count) // count


def two_sample(
    real: Floats,
    fake: Floats,
    folds: tuple[Places, Places],
    random: np.random.Generator,
) -> TwoSample | None:
    """Tells real cells from synthetic ones, each fold by a classifier trained on the others.

    A support vector machine with a Gaussian kernel (C = 1, width by the variance of the features)
    and equal weight for both classes; of the larger class as many cells as the smaller one has.

    Args:
        real: z-scores (n, F).
        fake: z-scores (m, F).
        folds: of the real and of the synthetic cells.
        random: draws from the larger class.

    Returns:
        None where there are fewer than ten cells of a class, or a class in one fold only.
    """
    n = min(len(real), len(fake))
    if n < FEWEST or min(len(np.unique(part)) for part in folds) < 2:
        return None
    chosen = [np.sort(random.permutation(len(rows))[:n]) for rows in (real, fake)]
    rows = np.concatenate([real[chosen[0]], fake[chosen[1]]])
    fold = np.concatenate([part[kept] for part, kept in zip(folds, chosen, strict=True)])
    is_real = np.arange(2 * n) < n
    held = [fold == k for k in np.unique(fold)]
    if any(len(np.unique(is_real[~each])) < 2 for each in held):
        return None
    return TwoSample(sum(_told(rows, is_real, each) for each in held), 2 * n)


def _told(rows: Floats, is_real: NDArray[np.bool_], held: NDArray[np.bool_]) -> int:
    """How many of the held-out rows are told rightly."""
    machine = SVC(C=1, gamma="scale", class_weight="balanced")
    machine.fit(rows[~held], is_real[~held])
    return int((machine.predict(rows[held]) == is_real[held]).sum())
