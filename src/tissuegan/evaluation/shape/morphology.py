"""SLF1.1 to 1.8: how many objects there are, how large, how far from the centre.

Definitions: Boland & Murphy 2001, with the edge cases of the published SLF code.
"""

from __future__ import annotations

import numpy as np

from tissuegan.evaluation.shape.images import Floats, ObjectImage
from tissuegan.evaluation.shape.quads import euler_number

NAMES = (
    "SLF1.1:object:number",
    "SLF1.2:object:EulerNumber",
    "SLF1.3:object_size:average",
    "SLF1.4:object_size:variance",
    "SLF1.5:object_size:ratio",
    "SLF1.6:object_distance:average",
    "SLF1.7:object_distance:variance",
    "SLF1.8:object_distance:ratio",
)


def morphology_features(objects: ObjectImage) -> Floats:
    """The eight morphological features, float64 (8,): counts, pixels and their squares."""
    numbers = (objects.count, euler_number(objects.mask))
    areas = objects.areas.astype(np.float64)
    return np.array([*numbers, *spread(areas), *_distances(objects)])


def spread(values: Floats) -> tuple[float, float, float]:
    """Mean, variance (n - 1; 0 for one value) and largest to smallest (0 where that is 0)."""
    variance = values.var(ddof=1) if len(values) > 1 else 0.0
    smallest = values.min()
    ratio = values.max() / smallest if smallest else 0.0
    return float(values.mean()), float(variance), float(ratio)


def _distances(objects: ObjectImage) -> tuple[float, float, float]:
    """Of the objects from the centre of P; 0 for one object, which lies at the centre."""
    if objects.count == 1:
        return 0.0, 0.0, 0.0
    return spread(np.hypot(*(objects.centroids - objects.centroid).T))
