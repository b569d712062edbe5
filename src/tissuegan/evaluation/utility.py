"""Utility: what training pairs are worth, by the segmenter that learns from them.

The paper's introduction promises labelled images for training; here a segmenter learns from a few
real sections, from synthetic pairs, or from both, and reads held-out real sections. How it learns
is handed in (:class:`Learner`): the evaluation knows no network.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.metrics import adapted_rand_error

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.segmentation import (
    Counts,
    Reader,
    Reading,
    mean_iu,
    reading_of,
    seen_in,
    true_in,
)
from tissuegan.objects import Roles
from tissuegan.tissue import Tissue

Learn = Callable[[Sequence[Tissue], Sequence[Tissue], int], Generator[str, None, Reader]]


@dataclass(frozen=True, eq=False)
class Learner:
    """How a segmenter learns, as the evaluation sees it.

    Attributes:
        digest: of everything that decides how it learns.
        seeds: times that it learns from the same tissue, with seeds 0, 1, ...
        patches: how many patches it learns from, the same in all arms.
        learn: real pairs, synthetic pairs and a seed -> a trained segmenter; either may be empty,
            and the steps and patches are as many whatever is given. It yields how far it is.
        pairs: how many synthetic pairs a source without end gives; as many as it has fields, if
            None.
    """

    digest: str
    seeds: int
    patches: int
    learn: Learn
    pairs: int | None = None


@dataclass(frozen=True)
class Score:
    """How well a segmenter reads pairs.

    Attributes:
        mean_iu: mean intersection over union of background and classes, all pairs summed.
        membrane_f1: F1 of the boundary class's pixels; nan where it is nowhere.
        mito_f1: F1 of the first organelle class's pixels; nan where there is none.
        rand_error: adapted Rand error of the cells, the mean over pairs.
    """

    mean_iu: float
    membrane_f1: float
    mito_f1: float
    rand_error: float

    def json(self) -> Json:
        """The figures by name."""
        return asdict(self)


def score(reader: Reader, tissues: Sequence[Tissue], roles: Roles) -> Score:
    """The scores of a segmenter on pairs that it can read, at least one.

    A pixel is seen as its most probable class or background, as in ``segmentation``.
    """
    boundary = 1 + reader.classes.index(roles.boundary)
    counts, errors = [], []
    for tissue in tissues:
        seen = seen_in(reader, tissue)
        true = true_in(reader, tissue)
        reading = reading_of(true, seen)
        counts.append(reading.confusion)
        errors.append(rand_error(true != boundary, seen.argmax(axis=0) != boundary))
    total: Counts = np.sum(counts, axis=0)
    organelle = [1 + reader.classes.index(name) for name in roles.organelles[:1]]
    return Score(
        mean_iu([Reading(total, 0.0)]),
        f1(total, boundary),
        f1(total, organelle[0]) if organelle else float("nan"),
        float(np.nanmean(errors)) if np.isfinite(errors).any() else float("nan"),
    )


def f1(counts: Counts, k: int) -> float:
    """F1 = 2 tp / (row + column) of a class of a confusion matrix; nan where nobody has it."""
    everyone = int(counts[k].sum() + counts[:, k].sum())
    return float(2 * counts[k, k] / everyone) if everyone else float("nan")


def rand_error(true: NDArray[np.bool_], seen: NDArray[np.bool_]) -> float:
    """Adapted Rand error of the cells in two masks (H, W) of what is not boundary, 0 to 1.

    Cells are the 4-connected components, as everywhere in the evaluation. Pixels of true boundary
    do not count; boundary seen inside a true cell counts as one more segment (scikit-image's
    ``adapted_rand_error``; Arganda-Carreras et al. 2015). nan where there is no true cell.
    """
    if not true.any():
        return float("nan")
    cells, found = ndimage.label(true)[0], ndimage.label(seen)[0]
    return float(adapted_rand_error(cells, found)[0])
