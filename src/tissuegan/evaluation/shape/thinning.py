"""Skeletons by sequential hit-or-miss thinning, the scheme of the SLF code.

Eight elements, each the last one turned by 45 degrees, take pixels away in turn until none takes
any: an element takes the pixels that have three neighbours in a row on one side and none of the
three opposite. The first element looks below and the next ones follow clockwise; another order
gives a skeleton a few pixels longer or shorter (``mahotas.thin`` has another one).

The mask is one integer, a bit a pixel, so that a step is a dozen operations on integers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.bits import packed, seen, unpacked

Mask = NDArray[np.bool_]

_RING = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))
_BELOW = 5


def thinned(mask: Mask) -> Mask:
    """The skeleton of every object of a mask (H, W), bool (H, W); outside it is background."""
    framed = np.pad(mask, 1)
    elements = _elements(framed.shape[1])
    bits, before = packed(framed), -1
    while bits != before:
        before = bits
        for present, absent in elements:
            bits ^= _hits(bits, present, absent)
    return unpacked(bits, framed.shape)[1:-1, 1:-1]


def _elements(width: int) -> list[tuple[list[int], list[int]]]:
    """For each element, how far along the bits its present and its absent neighbours lie."""
    steps = [width * down + right for down, right in _RING]
    sides = [[steps[(_BELOW + k + i) % 8] for i in (-1, 0, 1)] for k in range(8)]
    return [(side, sides[(k + 4) % 8]) for k, side in enumerate(sides)]


def _hits(bits: int, present: list[int], absent: list[int]) -> int:
    """The pixels that an element takes; integers stay positive, which is faster."""
    a, b, c = (seen(bits, step) for step in present)
    hits = bits & a & b & c
    a, b, c = (seen(bits, step) for step in absent)
    return hits ^ (hits & (a | b | c))
