"""Counts of 2 x 2 patterns: areas as MATLAB's ``bwarea`` estimates them, and Euler numbers.

A pattern's number is 1 for the upper left pixel, 2 for the upper right one, 4 for the lower left
one and 8 for the lower right one, added up over the pixels that are set (Pratt, Digital Image
Processing, section on bit quads).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_PIXELS = np.array([bin(pattern).count("1") for pattern in range(16)])
_DIAGONAL = np.isin(np.arange(16), (6, 9))
_AREA = np.where(_DIAGONAL, 0.75, np.array([0, 0.25, 0.5, 0.875, 1])[_PIXELS])
_EULER = np.where(_DIAGONAL, -2, np.array([0, 1, 0, -1, 0])[_PIXELS]) / 4


def quad_counts(mask: Mask) -> NDArray[np.int64]:
    """How often each of the 16 patterns occurs in a mask (H, W) with background around it."""
    framed = np.pad(mask, 1).view(np.uint8)
    upper = framed[:-1, :-1] + 2 * framed[:-1, 1:]
    patterns = upper + 4 * framed[1:, :-1] + 8 * framed[1:, 1:]
    return np.bincount(patterns.ravel(), minlength=16)


def smooth_area(mask: Mask) -> float:
    """Area of a mask (H, W) in pixels by weighted patterns, as MATLAB's ``bwarea`` counts it."""
    return float(quad_counts(mask) @ _AREA)


def euler_number(mask: Mask) -> int:
    """8-connected objects less 4-connected holes of a mask (H, W)."""
    return round(float(quad_counts(mask) @ _EULER))
