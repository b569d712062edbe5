"""What the features are measured on: an object image and what several families need of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_EIGHT = np.ones((3, 3), bool)


@dataclass(frozen=True, eq=False)
class ObjectImage:
    """An object image P with its objects: 8-connected components of P > 0.

    Attributes:
        image: P, float64 (H, W), 0 is background; a mask counts as 0 and 1.
        labels: int32 (H, W), object k has the value k + 1.
        places: row and column of each of the K pixels above 0, int64 (2, K).
        weights: P at these pixels, float64 (K,).
        owners: the label of each of these pixels, int32 (K,).
    """

    image: Floats
    labels: NDArray[np.int32]
    places: NDArray[np.int64]
    weights: Floats
    owners: NDArray[np.int32]

    @classmethod
    def of(cls, image: NDArray[np.generic]) -> ObjectImage:
        """Find the objects of P, a mask or non-negative numbers (H, W).

        Raises:
            ValueError: P is not two-dimensional, is negative somewhere, or is 0 everywhere.
        """
        values = _checked(image)
        labels, _ = ndimage.label(values, _EIGHT)
        places = np.array(np.nonzero(labels > 0))
        return cls(values, labels, places, values[*places], labels[*places])

    @cached_property
    def mask(self) -> Mask:
        """P > 0, bool (H, W)."""
        return self.labels > 0

    @cached_property
    def compact(self) -> NDArray[np.float64] | NDArray[np.int8]:
        """P in the type that counts fastest: int8 (H, W) for a mask, float64 otherwise."""
        return self.mask.view(np.int8) if (self.weights == 1).all() else self.image

    @cached_property
    def areas(self) -> NDArray[np.int64]:
        """Pixels of each object, int64 (n,)."""
        return np.bincount(self.owners)[1:]

    @cached_property
    def masses(self) -> Floats:
        """Sum of P over each object, float64 (n,)."""
        return np.bincount(self.owners, self.weights)[1:].astype(np.float64)

    @cached_property
    def centroids(self) -> Floats:
        """(row, column) of each object, weighted by P, float64 (n, 2)."""
        sums = [np.bincount(self.owners, axis * self.weights)[1:] for axis in self.places]
        return np.stack(sums, axis=1) / self.masses[:, None]

    @cached_property
    def centroid(self) -> Floats:
        """(row, column) of P, the centre of fluorescence, float64 (2,)."""
        centroid: Floats = self.places @ self.weights / self.weights.sum()
        return centroid

    @property
    def count(self) -> int:
        """The number n of objects."""
        return len(self.areas)

    def totals(self, mask: Mask, weights: Floats | float = 1.0) -> Floats:
        """Pixels of a mask (H, W) in each object, or the sums of weights (K,) there, (n,)."""
        return np.bincount(self.owners, mask[*self.places] * weights)[1:].astype(np.float64)


def centroid_of(mask: Mask) -> Floats:
    """Mean (row, column) of the pixels of a mask (H, W) that is not empty, float64 (2,)."""
    counts = [np.count_nonzero(mask, axis=axis) for axis in (1, 0)]
    return np.array([np.arange(len(count)) @ count / count.sum() for count in counts])


def box_of(mask: Mask, margin: int = 0) -> tuple[slice, slice]:
    """The bounding box of a mask (H, W) that is not empty, and a margin as far as there is one."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return _side(rows, margin), _side(columns, margin)


def _side(places: NDArray[np.int64], margin: int) -> slice:
    return slice(max(0, int(places[0]) - margin), int(places[-1]) + margin + 1)


def _checked(image: NDArray[np.generic]) -> Floats:
    values = np.asarray(image, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"an object image has two axes, not {values.ndim}")
    if values.min() < 0 or not values.any():
        raise ValueError("an object image is nowhere negative and somewhere above 0")
    return values
