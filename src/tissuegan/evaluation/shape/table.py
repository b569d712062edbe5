"""The 89 shape features of single cells: SLF7DNA without SLF7.79, in its order.

SLF7DNA is the set of Murphy, Velliste & Porreca 2003 with a reference channel; SLF7.79 (light
outside the objects) is 0 on any label image. Lengths are pixels: the set is used without a scale,
with the Zernike radius of 150 pixels and the shrinking by 5 of its published code.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tissuegan.evaluation.shape import (
    edges,
    haralick,
    hull,
    morphology,
    reference,
    skeleton,
    zernike,
)
from tissuegan.evaluation.shape.images import Floats, Mask, ObjectImage, box_of
from tissuegan.evaluation.shape.outline import CANVAS, Variant, pictures

FEATURES: tuple[str, ...] = (
    *skeleton.NAMES,
    *morphology.NAMES,
    *reference.NAMES,
    *hull.NAMES,
    *zernike.NAMES,
    *haralick.NAMES,
    *edges.NAMES,
)


def shape_table(cells: Iterable[tuple[Mask, Mask]], variant: Variant = "V2") -> pd.DataFrame:
    """The 89 features of single cells, float64, one row a cell and one named column a feature.

    Args:
        cells: (filled cell, organelle) masks, bool (H, W) each, for every cell its own shape.
        variant: what is measured; see :mod:`tissuegan.evaluation.shape.outline`.

    Returns:
        A table whose index ``cell`` is the place of the cell among ``cells``. Cells without an
        organelle, or too thin to have an outline, have no row, which the index shows.

    Raises:
        ValueError: two masks are not of one shape, or the variant is neither V1 nor V2.
    """
    rows: dict[int, Floats] = {}
    for place, (cell, organelle) in enumerate(cells):
        pair = pictures(cell, organelle, variant)
        if pair is not None:
            rows[place] = shape_features(*pair, canvas=CANVAS**2)
    values = np.array(list(rows.values())).reshape(len(rows), len(FEATURES))
    return pd.DataFrame(values, pd.Index(list(rows), dtype=np.int64, name="cell"), list(FEATURES))


def shape_features(
    image: NDArray[np.generic], reference_mask: Mask, canvas: int | None = None
) -> Floats:
    """The 89 features of one object image and its reference image, float64 (89,).

    Args:
        image: P, a mask or non-negative numbers (H, W); background is 0.
        reference_mask: R, bool (H, W).
        canvas: pixels of the picture that P was cut out of, where that matters (Canny's
            thresholds); P itself where not given.

    Raises:
        ValueError: P or R is empty, or they are not of one shape.
    """
    if reference_mask.shape != image.shape or not reference_mask.any():
        raise ValueError("the reference image is as large as the object image and not empty")
    values = np.asarray(image, dtype=np.float64)
    box = box_of((values != 0) | reference_mask, edges.REACH)
    objects = ObjectImage.of(values[box])
    return np.concatenate(
        [
            skeleton.skeleton_features(objects),
            morphology.morphology_features(objects),
            reference.reference_features(objects, reference_mask[box]),
            hull.hull_features(objects),
            zernike.zernike_features(objects),
            haralick.haralick_features(values),
            edges.edge_features(objects, canvas or values.size),
        ]
    )
