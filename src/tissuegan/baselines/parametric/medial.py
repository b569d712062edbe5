"""The organelle's shape by its medial axis and width: 11 numbers (facts 3.1).

Zhao & Murphy 2007 model a nucleus so; here the organelle stands in its place. The shape is turned
upright; down its L rows run the middle of each row (the axis) and the number of pixels in it (the
width), each a cubic spline of five coefficients over 0 to 1 with a knot at one half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import BSpline, make_lsq_spline

from tissuegan.baselines.parametric.axes import box_of, largest, major_angle, upright

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

PARAMETERS = 11
"""L and five coefficients of the axis, then five of the width."""

_KNOTS = np.array([0, 0, 0, 0, 0.5, 1, 1, 1, 1])
_CUBIC = 3
_FEWEST = 6  # rows that determine five coefficients
_CAP = 0.25  # height of an end's cap to the width there


def shape_parameters(mask: Mask) -> Floats | None:
    """The 11 numbers of a shape, float64, or None where it has fewer than six rows.

    Args:
        mask: bool (H, W); its holes are filled.
    """
    filled = ndimage.binary_fill_holes(box_of(mask))
    shape = upright(filled, major_angle(filled))
    if len(shape) < _FEWEST:
        return None
    axis, width = _axis_and_width(shape)
    place = np.linspace(0, 1, len(shape))
    splines = [make_lsq_spline(place, values, _KNOTS, _CUBIC).c for values in (axis, width)]
    return np.concatenate([[len(shape)], *splines])


def shape_of(parameters: Floats) -> Mask | None:
    """The upright shape of 11 numbers, bool (h, w), its bounding box.

    Each row reaches from the axis less half the width to the axis plus half of it; beyond the
    first and the last row, rows narrow as 1 - t^3 to a cap a quarter as high as it is wide.

    Returns:
        None where the numbers make no shape: fewer than three rows, a width below a pixel, or
        rows that do not hang together.
    """
    length = int(np.rint(parameters[0]))
    if length < 3:
        return None
    place = np.linspace(0, 1, length)
    axis, width = (BSpline(_KNOTS, c, _CUBIC)(place) for c in np.split(parameters[1:], 2))
    if width.min() < 1:
        return None
    axis, width = _with_caps(axis, width)
    mask = _rows(np.rint(axis).astype(int), width)
    return box_of(mask) if largest(mask).sum() == mask.sum() else None


def _axis_and_width(shape: Mask) -> tuple[Floats, Floats]:
    """Middle and pixels of each row of an upright shape; the axis bends to higher columns."""
    left = shape.argmax(axis=1)
    right = shape.shape[1] - 1 - shape[:, ::-1].argmax(axis=1)
    axis, place = np.floor((left + right) / 2 + 0.5), np.linspace(0, 1, len(shape))
    ends = (place < 0.33) | (place >= 0.67)
    if axis[ends].mean() > axis[~ends].mean():
        axis = -axis
    return axis - axis.min(), right - left + 1.0


def _with_caps(axis: Floats, width: Floats) -> tuple[Floats, Floats]:
    first, last = _cap(width[0])[::-1], _cap(width[-1])
    axis = np.concatenate([np.full(len(first), axis[0]), axis, np.full(len(last), axis[-1])])
    return axis, np.concatenate([first, width, last])


def _cap(width: float) -> Floats:
    height = int(_CAP * width)
    return np.maximum(1, width * (1 - (np.arange(1, height + 1) / (height + 1)) ** 3))


def _rows(axis: NDArray[np.int_], width: Floats) -> Mask:
    left, right = axis - np.floor(width / 2), axis + np.floor(width / 2 - 0.5)
    columns = np.arange(left.min(), right.max() + 1)
    mask: Mask = (columns >= left[:, None]) & (columns <= right[:, None])
    return mask
