"""Segmentation accuracy (Table 2): how well a segmenter reads the labels of image + label pairs.

Definitions of the facts, section 6.5: mean IU from a confusion matrix summed over all pairs, mean
over classes of tp / (row + column - tp); NLL is the mean cross-entropy of a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.tissue import Tissue

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

SMALLEST_PROBABILITY = 1e-7
SCALE_TOLERANCE = 0.1


@dataclass(frozen=True, eq=False)
class Reader:
    """A segmenter as the evaluation sees it.

    Attributes:
        classes: names of the classes, in the order of its probabilities.
        digest: of everything that its answers depend on.
        pixel_size_nm: of the images that it learnt to read.
        dtype: of their grey levels.
        read: image (H, W) -> probability of each class, float32 (C, H, W), each on its own.
    """

    classes: tuple[str, ...]
    digest: str
    pixel_size_nm: float
    dtype: str
    read: Callable[[NDArray[Any]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Reading:
    """One pair read, or several summed.

    Attributes:
        confusion: int64 (C + 1, C + 1): pixels of true class (row) seen as another (column);
            background first.
        nll: sum over the pixels of minus the logarithm of the true class's probability.
    """

    confusion: Counts
    nll: float

    @property
    def pixels(self) -> int:
        """How many there are."""
        return int(self.confusion.sum())


def readable(reader: Reader, tissue: Tissue) -> bool:
    """Whether tissue has an image of the reader's scale and grey levels, and all of its classes."""
    return (
        tissue.image is not None
        and str(tissue.image.dtype) == reader.dtype
        and abs(tissue.pixel_size_nm / reader.pixel_size_nm - 1) <= SCALE_TOLERANCE
        and set(reader.classes) <= set(tissue.classes.names)
    )


def reading(reader: Reader, tissue: Tissue) -> Reading:
    """A pair, read. Where classes overlap, the later one is the true one.

    Raises:
        ValueError: the pair is not :func:`readable`.
    """
    seen = seen_in(reader, tissue)
    return reading_of(true_in(reader, tissue), seen)


def true_in(reader: Reader, tissue: Tissue) -> NDArray[np.uint8]:
    """The true class of each pixel, uint8 (H, W): 0 for background, then the reader's order."""
    order = [tissue.classes.index(name) for name in reader.classes]
    return LabelClasses(reader.classes).index_from_masks(tissue.masks[order])


def seen_in(reader: Reader, tissue: Tissue) -> Floats:
    """The probability of background and of each class, float64 (C + 1, H, W).

    Raises:
        ValueError: the pair is not :func:`readable`.
    """
    if tissue.image is None or not readable(reader, tissue):
        raise ValueError("the reader did not learn from images and classes of this kind")
    return exclusive(reader.read(tissue.image))


def reading_of(true: NDArray[np.integer[Any]], seen: Floats) -> Reading:
    """True classes (H, W) against probabilities (C + 1, H, W), background first in both."""
    chance = np.take_along_axis(seen, true[None].astype(np.intp), axis=0)
    nll = -np.log(np.maximum(chance, SMALLEST_PROBABILITY)).sum(dtype=np.float64)
    return Reading(confusion(true, seen.argmax(axis=0), len(seen)), float(nll))


def exclusive(probabilities: NDArray[np.floating[Any]]) -> Floats:
    """One distribution a pixel from independent probabilities: (C, H, W) -> (C + 1, H, W).

    Given that a pixel has one class or none, class k has odds p_k / (1 - p_k) against background:
    the softmax over the classes' logits and zero. Background comes first.
    """
    inside = np.clip(probabilities.astype(np.float64), 1e-9, 1 - 1e-9)
    odds = inside / (1 - inside)
    scale = 1 + odds.sum(axis=0)
    return np.concatenate([1 / scale[None], odds / scale])


def confusion(true: NDArray[np.integer[Any]], seen: NDArray[np.integer[Any]], n: int) -> Counts:
    """Counts int64 (n, n) of pixels by true class (row) and seen class (column)."""
    pairs = true.astype(np.int64).ravel() * n + seen.ravel()
    return np.bincount(pairs, minlength=n * n).reshape(n, n)


def summed(readings: Sequence[Reading]) -> Reading:
    """Several readings, at least one, as one."""
    total = np.sum([each.confusion for each in readings], axis=0)
    return Reading(total, sum(each.nll for each in readings))


def intersections_over_unions(counts: Counts) -> Floats:
    """IU of each class, tp / (row + column - tp), float64 (n,); nan for one that nobody has."""
    hits = np.diag(counts).astype(np.float64)
    union = counts.sum(axis=0) + counts.sum(axis=1) - hits
    found: Floats = np.full(len(hits), np.nan)
    np.divide(hits, union, out=found, where=union > 0)
    return found


def mean_iu(readings: Sequence[Reading]) -> float:
    """Mean over background and classes of intersection over union, of all readings summed.

    A class that is nowhere, neither truly nor seen, is left out of the mean.
    """
    return float(np.nanmean(intersections_over_unions(summed(readings).confusion)))


def mean_class_iu(readings: Sequence[Reading]) -> float:
    """The other reading of mean IU: the mean over the classes without background."""
    each = intersections_over_unions(summed(readings).confusion)[1:]
    return float(np.nanmean(each)) if np.isfinite(each).any() else float("nan")


def mean_binary_iu(readings: Sequence[Reading]) -> float:
    """A third: each class against the rest, two IUs a class, averaged over all of them."""
    counts = summed(readings).confusion
    parts = [intersections_over_unions(_one_against_rest(counts, k)) for k in range(1, len(counts))]
    return float(np.nanmean(parts))


def _one_against_rest(counts: Counts, k: int) -> Counts:
    hit, row, column = counts[k, k], counts[k].sum(), counts[:, k].sum()
    return np.array([[counts.sum() - row - column + hit, column - hit], [row - hit, hit]])


def mean_nll(readings: Sequence[Reading]) -> float:
    """Mean cross-entropy of a pixel, in nats."""
    total = summed(readings)
    return total.nll / total.pixels
