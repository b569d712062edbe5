"""Counts of 2 x 2 patterns: areas as MATLAB's ``bwarea`` estimates them, and Euler numbers.

The four pixels of every pattern are added up as binary numbers, all patterns at once: the mask is
one integer, a bit a pixel (Pratt, Digital Image Processing, section on bit quads).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.bits import packed

Mask = NDArray[np.bool_]

_AREA = (0, 0.25, 0.5, 0.75, 0.875, 1)
_EULER = (0, 1, 0, -2, -1, 0)


def quad_counts(mask: Mask) -> tuple[int, ...]:
    """How many of the 2 x 2 patterns of a mask (H, W) with background around it have some pixels.

    These are (none, one, two side by side, two at a diagonal, three, four).
    """
    framed = np.pad(mask, 1)
    width = framed.shape[1]
    a = packed(framed)
    b, c, d = a >> 1, a >> width, a >> width + 1
    upper, lower = a ^ b, c ^ d
    odd, split = upper ^ lower, upper & lower
    both = a & b & c & d
    three = odd & (a & b | c & d)
    diagonal = split & (a ^ c)
    beside = (split ^ diagonal) | ((a & b) ^ (c & d)) & ~odd
    one = odd ^ three
    found = [part.bit_count() for part in (one, beside, diagonal, three, both)]
    patterns = (mask.shape[0] + 1) * (mask.shape[1] + 1)
    return patterns - sum(found), *found


def smooth_area(mask: Mask) -> float:
    """Area of a mask (H, W) in pixels by weighted patterns, as MATLAB's ``bwarea`` counts it."""
    return float(np.dot(quad_counts(mask), _AREA))


def euler_number(mask: Mask) -> int:
    """8-connected objects less 4-connected holes of a mask (H, W)."""
    return round(float(np.dot(quad_counts(mask), _EULER)) / 4)
