"""SLF2.17 to 2.22: where the objects lie with respect to the reference image R.

In the SLF papers R is the DNA channel; here it is the organelle (V2) or the cell (V1).
"""

from __future__ import annotations

import numpy as np

from tissuegan.evaluation.shape.images import Floats, Mask, ObjectImage, centroid_of
from tissuegan.evaluation.shape.morphology import spread

NAMES = (
    "SLF2.17:DNA_object_distance:average",
    "SLF2.18:DNA_object_distance:variance",
    "SLF2.19:DNA_object_distance:ratio",
    "SLF2.20:DNA/image:distance",
    "SLF2.21:DNA/image:area_ratio",
    "SLF2.22:DNA/image:overlap",
)


def reference_features(objects: ObjectImage, reference: Mask) -> Floats:
    """The six reference features, float64 (6,): pixels, their squares, and ratios.

    Args:
        objects: the object image P, (H, W).
        reference: R, bool (H, W), not empty.
    """
    centre = centroid_of(reference)
    average, variance, ratio = spread(np.hypot(*(objects.centroids - centre).T))
    ratio = ratio if objects.count > 1 else 1.0
    apart = float(np.hypot(*(objects.centroid - centre)))
    area = objects.areas.sum()
    shares = reference.sum() / area, (reference & objects.mask).sum() / area
    return np.array([average, variance, ratio, apart, *shares])
