"""The pictures P and R of a cell: its outline, drawn anew by one rule, and its organelle.

Outlines that are drawn in different ways tell sets of cells apart by the pen and not by the cell,
so every set's outlines are drawn anew from the filled cells (the paper's script does this to one
of its sets):

1. The filled cell is eroded by a disc of radius 4, of what is left the largest 8-connected
   component is kept, and that is dilated by a disc of radius 3: necks below 9 pixels close.
2. The pixels of the result with one of four neighbours outside it are dilated by a disc of
   radius 4: an outline about 9 pixels wide, from 5 pixels inside the cell to 3 outside.

A disc of radius r has the pixels at Euclidean distances up to r. The outline and the organelle
both count as 1, also where they overlap: P is their union (V2), and R is the organelle. In V1, P is
the organelle and R is the filled cell.

P and R are laid on a canvas with the centre of gravity of the filled cell, rounded to a pixel,
at its centre, and at the centre of one of the 5 x 5 squares that texture is measured on. So no
feature depends on where in its array the cell lay. The canvas stands for the middle of one of
1024 x 1024 pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy import ndimage

from tissuegan.evaluation.shape.bits import dilated, eroded
from tissuegan.evaluation.shape.haralick import SHRINK
from tissuegan.evaluation.shape.hull import rim_of
from tissuegan.evaluation.shape.images import Mask, box_of, centroid_of

Variant = Literal["V1", "V2"]

CANVAS = 1024
_PEN, _BACK, _MARGIN = 4, 3, 10
_EIGHT = np.ones((3, 3), bool)


def pictures(cell: Mask, organelle: Mask, variant: Variant) -> tuple[Mask, Mask] | None:
    """P and R of one cell, bool (h, w) each, or None where one of them is empty.

    Args:
        cell: the filled cell, bool (H, W).
        organelle: what lies in it, bool (H, W).
        variant: "V2" for the outline and the organelle in P, "V1" for the organelle alone.

    Raises:
        ValueError: the masks are not of one shape, or the variant is neither.
    """
    _check(cell, organelle, variant)
    if not (cell.any() and organelle.any()):
        return None
    cell, organelle = _centred(cell, organelle)
    if variant == "V1":
        return organelle, cell
    drawn = outline(cell)
    return (drawn | organelle, organelle) if drawn.any() else None


def outline(cell: Mask) -> Mask:
    """The outline of a filled cell (H, W) by the one rule; empty where no disc of radius 4 fits."""
    core = largest_component(eroded(cell, _PEN))
    if not core.any():
        return core
    return dilated(rim_of(dilated(core, _BACK)), _PEN)


def largest_component(mask: Mask) -> Mask:
    """The 8-connected component of a mask (H, W) with most pixels, the first one of equals."""
    if not mask.any():
        return mask
    box = box_of(mask)
    labels, count = ndimage.label(mask[box], _EIGHT)
    if count < 2:
        return mask
    kept = np.zeros_like(mask)
    kept[box] = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    return kept


def _centred(cell: Mask, organelle: Mask) -> tuple[Mask, Mask]:
    """Both masks on the smallest canvas that has the centre of the cell in its middle."""
    box = box_of(cell | organelle)
    middle = np.floor(centroid_of(cell) + 0.5).astype(int)
    reach = [max(c - side.start, side.stop - 1 - c) for c, side in zip(middle, box, strict=True)]
    half = [SHRINK * -(-(r + _MARGIN - SHRINK // 2) // SHRINK) + SHRINK // 2 for r in reach]
    corner = [side.start - c + h for side, c, h in zip(box, middle, half, strict=True)]
    shape = (2 * half[0] + 1, 2 * half[1] + 1)
    return _placed(cell[box], corner, shape), _placed(organelle[box], corner, shape)


def _placed(part: Mask, corner: Sequence[int], shape: tuple[int, int]) -> Mask:
    canvas = np.zeros(shape, bool)
    height, width = part.shape
    canvas[corner[0] : corner[0] + height, corner[1] : corner[1] + width] = part
    return canvas


def _check(cell: Mask, organelle: Mask, variant: str) -> None:
    if cell.ndim != 2 or cell.shape != organelle.shape:
        raise ValueError(f"a cell {cell.shape} has no organelle mask of {organelle.shape}")
    if variant not in ("V1", "V2"):
        raise ValueError(f"the variants are V1 and V2, not {variant}")
