"""How a shape lies: its major angle, and the shape turned so that it lies upright."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_EIGHT = np.ones((3, 3), bool)


def major_angle(mask: Mask) -> float:
    """The angle of a shape's long axis, from the rows' direction towards the columns', in radians.

    1/2 atan2(2 mu11, mu20 - mu02) of the second central moments (first index rows), turned by pi
    where the third moment along it is negative: it points to the side of the longer tail. (Facts
    3.1, 1; their quotient of moments is this angle wherever mu11 is not 0.)

    Args:
        mask: bool (H, W), not empty.

    Returns:
        From -pi / 2 to 3 pi / 2.
    """
    rows, columns = (axis - axis.mean() for axis in np.nonzero(mask))
    mu11, difference = (rows * columns).sum(), (rows**2 - columns**2).sum()
    angle = float(np.arctan2(2 * mu11, difference)) / 2
    skew = ((rows * cos(angle) + columns * sin(angle)) ** 3).sum()
    return angle + pi if skew < -1e-6 * len(rows) else angle


def upright(mask: Mask, angle: float) -> Mask:
    """A mask turned by minus an angle about its centroid: what pointed along it runs down the rows.

    Bilinear interpolation, cut at one half; the result is the bounding box of the largest
    8-connected component.
    """
    middle = np.argwhere(mask).mean(axis=0)
    reach = int(np.hypot(*mask.shape)) + 1
    return box_of(largest(turned(mask, -angle, (float(middle[0]), float(middle[1])), reach)))


def turned(mask: Mask, angle: float, about: tuple[float, float], reach: int) -> Mask:
    """A mask turned by an angle (from rows towards columns) about a point.

    Args:
        mask: bool (H, W).
        angle: in radians.
        about: (row, column), which comes to the middle pixel.
        reach: r; what comes to lie beyond the result is cut off.

    Returns:
        bool (2 r + 1, 2 r + 1).
    """
    matrix = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
    offset = np.array(about) - matrix @ (reach, reach)
    soft = ndimage.affine_transform(
        mask.astype(np.float32), matrix, offset, (2 * reach + 1,) * 2, order=1
    )
    result: Mask = soft > 0.5
    return result


def largest(mask: Mask) -> Mask:
    """The 8-connected component with most pixels."""
    labels, count = ndimage.label(mask, _EIGHT)
    if count < 2:
        return mask
    kept: Mask = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    return kept


def box_of(mask: Mask) -> Mask:
    """The part of a mask in its bounding box; the mask itself where it is empty."""
    if not mask.any():
        return mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
