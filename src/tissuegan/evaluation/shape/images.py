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
        places = np.array(np.nonzero(labels))
        return cls(values, labels, places, values[*places], labels[*places])

    @cached_property
    def mask(self) -> Mask:
        """P > 0, bool (H, W)."""
        return self.labels > 0

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

    def totals(self, values: NDArray[np.generic]) -> Floats:
        """Sums of an array (H, W) over each object, float64 (n,)."""
        return np.bincount(self.owners, values[*self.places])[1:].astype(np.float64)


def centroid_of(mask: Mask) -> Floats:
    """Mean (row, column) of the pixels of a mask (H, W) that is not empty, float64 (2,)."""
    return np.array([axis.mean() for axis in np.nonzero(mask)])


def _checked(image: NDArray[np.generic]) -> Floats:
    values = np.asarray(image, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"an object image has two axes, not {values.ndim}")
    if values.min() < 0 or not values.any():
        raise ValueError("an object image is nowhere negative and somewhere above 0")
    return values
