"""Smooth noise as a function of place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tissuegan.noise import normals
from tissuegan.region import Region

__all__ = ["SMOOTH_BOUND", "smooth_normals"]

_VARIANCE = 151 / 315  # of a cubic B-spline through unit normals on one axis, over all phases
SMOOTH_BOUND = 4.34 / _VARIANCE
"""No value of :func:`smooth_normals` is further from 0."""


def smooth_normals(seed: int, stream: int, region: Region, spacing: int) -> NDArray[np.float64]:
    """Gaussian noise that varies over about ``spacing`` pixels.

    A cubic B-spline whose coefficients, ``spacing`` pixels apart, are those of
    :func:`tissuegan.noise.normals`. Only additions and multiplications are done for a pixel,
    always in one order, so any window is the crop of a larger one, bit for bit.

    Returns:
        float64 (H, W), mean 0, variance 1 on average over the phases of the spline's lattice.

    Raises:
        ValueError: as for the noise itself.
    """
    rows, row_weights = _taps(region.y0, region.height, spacing)
    columns, column_weights = _taps(region.x0, region.width, spacing)
    y, x = region.y0 // spacing - 1, region.x0 // spacing - 1
    knots = Region(y, x, int(rows[-1]) + 4, int(columns[-1]) + 4)
    coarse = normals(seed, stream, knots, 1)[0].astype(np.float64)
    upright = sum(row_weights[k][:, None] * coarse[rows + k] for k in range(4))
    smooth = sum(column_weights[k] * upright[:, columns + k] for k in range(4))
    return np.asarray(smooth / _VARIANCE)


def _taps(start: int, count: int, spacing: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For every pixel the first of its four knots, (n,), and the four weights, (4, n)."""
    place = np.arange(count) + start % spacing
    knot = place // spacing
    t = (place - knot * spacing) / spacing
    s = 1 - t
    middle = 4 - 3 * t * t * (2 - t), 4 - 3 * s * s * (2 - s)
    return knot, np.stack([s * s * s, *middle, t * t * t]) / 6
