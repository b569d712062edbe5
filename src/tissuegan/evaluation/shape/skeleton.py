"""SLF7.80 to 7.84: the skeletons of the objects.

Definitions: Murphy, Velliste & Porreca 2003. The skeleton is a 4-connected staircase with branches
into the corners; the shorter 8-connected skeletons of other algorithms make the rule for branch
points meaningless.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from tissuegan.evaluation.shape.hull import hull_mask
from tissuegan.evaluation.shape.images import Floats, Mask, ObjectImage
from tissuegan.evaluation.shape.thinning import thinned

NAMES = (
    "SLF7.80:obj_skel_len",
    "SLF7.81:obj_skel_hull_area_ratio",
    "SLF7.82:obj_skel_obj_area_ratio",
    "SLF7.83:obj_skel_obj_fluor_ratio",
    "SLF7.84:obj_skel_branch_per_len",
)


def skeleton_features(objects: ObjectImage) -> Floats:
    """Means over the objects of the five skeleton features, float64 (5,).

    Thinning looks at 3 x 3 pixels, which objects do not share: all are thinned at once.
    """
    skeleton = thinned(objects.mask)
    lengths = objects.totals(skeleton)
    light = objects.totals(skeleton, objects.weights) / objects.masses
    hulls = lengths / _hull_areas(objects, skeleton, lengths)
    branches = objects.totals(branch_points(skeleton)) / lengths
    columns = (lengths, hulls, lengths / objects.areas, light, branches)
    return np.array([column.mean() for column in columns])


def branch_points(skeleton: Mask) -> Mask:
    """Pixels of a skeleton (H, W) with at least three of their four neighbours in it."""
    framed = np.pad(skeleton, 1).view(np.uint8)
    rows = framed[:-2, 1:-1] + framed[2:, 1:-1]
    return skeleton & (rows + framed[1:-1, :-2] + framed[1:-1, 2:] >= 3)


def _hull_areas(objects: ObjectImage, skeleton: Mask, lengths: Floats) -> Floats:
    """Pixels in the convex hull of each object's skeleton, never fewer than it has, (n,)."""
    boxes = ndimage.find_objects(objects.labels * skeleton, objects.count)
    areas = [
        hull_mask(skeleton[box] & (objects.labels[box] == k)).sum()
        for k, box in enumerate(boxes, start=1)
    ]
    return np.maximum(areas, lengths)
