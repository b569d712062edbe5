"""A single cell as tissue, for whatever measures tissue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.classes import LabelClasses
from tissuegan.region import Region
from tissuegan.tissue import Tissue

Mask = NDArray[np.bool_]

THICKNESS = 9
"""Pixels of the boundary around a cell, as wide as the paper's script draws it (facts 6.7)."""
_MARGIN = 8


def cell_tissue(
    cell: Mask,
    organelle: Mask,
    classes: LabelClasses,
    boundary: str,
    kind: str,
    pixel_size_nm: float,
) -> Tissue:
    """The tissue of one cell: its boundary all around it, its organelle in it, nothing else.

    The boundary lies outside the cell, so that the cell is found again as it is.

    Args:
        cell: filled, bool (h, w).
        organelle: bool (h, w).
        classes: of the tissue; classes that are neither of the two are empty.
        boundary: the class of the boundary.
        kind: the class of the organelle.
        pixel_size_nm: side of a pixel in nanometres.

    Returns:
        Masks without an image, seventeen pixels larger than the cell on each side.

    Raises:
        ValueError: there is no class of one of the names.
    """
    framed = np.pad(np.stack([cell, organelle]), ((0, 0), *[(THICKNESS + _MARGIN,) * 2] * 2))
    masks = np.zeros((len(classes), *framed.shape[1:]), bool)
    around = ndimage.distance_transform_edt(~framed[0]) <= THICKNESS
    masks[classes.index(boundary)] = around & ~framed[0]
    masks[classes.index(kind)] = framed[1]
    region = Region(0, 0, *masks.shape[1:])
    return Tissue(masks, None, classes, pixel_size_nm, region, {"model": "parametric baseline"})
