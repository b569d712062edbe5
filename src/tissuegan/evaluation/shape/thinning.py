"""Skeletons by sequential hit-or-miss thinning, the scheme of the SLF code.

Eight elements, each the last one turned by 45 degrees, take pixels away in turn until none takes
any: an element takes the pixels that have three neighbours in a row on one side and none of the
three opposite. The first element looks below and the next ones follow clockwise; another order
gives a skeleton a few pixels longer or shorter (``mahotas.thin`` has another one).

The mask is one integer, a bit a pixel, so that a step is a dozen operations on integers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.bits import packed, seen, unpacked

Mask = NDArray[np.bool_]

_RING = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))
_BELOW = 5

_REACH = len(_RING)
"""Rows that a pass may carry a change: each of its elements looks at the next pixels."""


def thinned(mask: Mask) -> Mask:
    """The skeleton of every object of a mask (H, W), bool (H, W); outside it is background.

    After a pass, pixels go only near those that it took: the next one looks at these rows alone.
    """
    framed = np.pad(mask, 1)
    height, width = framed.shape
    bits, first, last = packed(framed), 0, height
    while first < last:
        low, high = max(0, first - _REACH), last + _REACH
        start = max(0, low - _REACH)
        part = bits >> start * width & (1 << (high + _REACH - start) * width) - 1
        taken = _taken(part, width) >> (low - start) * width & (1 << (high - low) * width) - 1
        bits ^= taken << low * width
        last = low - (-taken.bit_length() // width)
        first = low + ((taken & -taken).bit_length() - 1) // width if taken else last
    return unpacked(bits, framed.shape)[1:-1, 1:-1]


def _taken(bits: int, width: int) -> int:
    """The pixels that one pass of all elements takes."""
    left = bits
    for present, absent in _elements(width):
        left ^= _hits(left, present, absent)
    return bits ^ left


@lru_cache(maxsize=512)
def _elements(width: int) -> list[tuple[list[int], list[int]]]:
    """For each element, how far along the bits its present and its absent neighbours lie."""
    steps = [width * down + right for down, right in _RING]
    sides = [[steps[(_BELOW + k + i) % 8] for i in (-1, 0, 1)] for k in range(8)]
    return [(side, sides[(k + 4) % 8]) for k, side in enumerate(sides)]


def _hits(bits: int, present: list[int], absent: list[int]) -> int:
    """The pixels that an element takes; integers stay positive, which is faster."""
    hits, beside = bits, 0
    for step in present:
        hits &= seen(bits, step)
    if hits:
        for step in absent:
            beside |= seen(bits, step)
    return hits ^ (hits & beside)
