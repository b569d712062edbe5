"""Centre lines of masks, their ends and their branches; every function looks a bounded way."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Flat = NDArray[np.intp]

_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def centre_lines(mask: Mask, half_thickness: int) -> Mask:
    """The 8-connected lines that are left of a mask after so many rounds of thinning.

    What is thicker than twice ``half_thickness`` keeps a core. A pixel depends on those within
    ``2 * half_thickness`` of it: Guo and Hall (Comm. ACM 32, 359, 1989) in two passes a round.
    """
    framed = np.pad(mask, 1).astype(np.uint8)
    lines = framed[1:-1, 1:-1]
    for _ in range(half_thickness):
        before = lines.copy()
        for deleted in _thinning():
            lines &= ~deleted[_codes(framed)]
        if np.array_equal(lines, before):
            break
    return lines.astype(bool)


def _codes(framed: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """For every pixel inside the frame its eight neighbours as the bits of a number."""
    height, width = framed.shape[0] - 2, framed.shape[1] - 2
    codes = np.zeros((height, width), np.uint8)
    for k, (dy, dx) in enumerate(_RING):
        codes |= framed[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] << np.uint8(k)
    return codes


@cache
def _thinning() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Which of the 256 neighbourhoods lose their pixel, 0 or 1, in the first and second pass."""
    ring = (np.arange(256) >> np.arange(8)[:, None]) & 1
    n, ne, e, se, s, sw, w, nw = ring.astype(bool)
    runs = [~n & (ne | e), ~e & (se | s), ~s & (sw | w), ~w & (nw | n)]
    pairs = ([nw | n, ne | e, se | s, sw | w], [n | ne, e | se, s | sw, w | nw])
    fewest = np.minimum(*[np.sum(pair, axis=0) for pair in pairs])
    simple = (np.sum(runs, axis=0) == 1) & (fewest >= 2) & (fewest <= 3)
    sides = ((n | ne | ~se) & e, (s | sw | ~nw) & w)
    first, second = ((simple & ~side).astype(np.uint8) for side in sides)
    return first, second


def line_ends(lines: Mask) -> Mask:
    """The pixels at which a line ends; single pixels are ends too."""
    framed = np.pad(lines, 1)
    flat, where = framed.ravel(), np.flatnonzero(framed)
    ends = np.zeros_like(flat)
    ends[where] = _are_ends(flat, where, framed.shape[1])
    return ends.reshape(framed.shape)[1:-1, 1:-1]


def without_branches(lines: Mask, longest: int) -> Mask:
    """The lines without their dangling branches of up to ``longest`` pixels.

    Ends are taken away so often; where a line is left that ended at all, it grows back to where
    it was. So isolated lines of up to twice that length go too. A pixel depends on those within
    ``2 * longest + 1`` of it.
    """
    framed = np.pad(lines, 1)
    kept = framed.copy()
    _prune(kept.ravel(), framed.shape[1], longest)
    _grow_back(kept.ravel(), framed.ravel(), framed.shape[1], longest)
    return kept[1:-1, 1:-1]


def steps_along(lines: Mask, start: tuple[int, int], most: int) -> NDArray[np.intp]:
    """Steps from a pixel of the lines to the others along them, ``most + 1`` where more."""
    framed = np.pad(lines, 1)
    left, width = framed.ravel(), framed.shape[1]
    steps = np.full(framed.size, most + 1)
    front: Flat = np.array([(start[0] + 1) * width + start[1] + 1])
    for step in range(most + 1):
        steps[front], left[front] = step, False
        front = _around(left, front, width)
        if not len(front):
            break
    return steps.reshape(framed.shape)[1:-1, 1:-1]


def _offsets(width: int) -> Flat:
    return np.array([dy * width + dx for dy, dx in _RING], np.intp)


def _are_ends(flat: Mask, where: Flat, width: int) -> Mask:
    """Whether pixels have no neighbour, one, two that touch, or three in a row beside them."""
    ring = flat[where + _offsets(width)[:, None]]
    count, runs = ring.sum(axis=0), (ring & ~np.roll(ring, 1, axis=0)).sum(axis=0)
    beside = (ring & np.roll(ring, 1, axis=0) & np.roll(ring, -1, axis=0))[::2].any(axis=0)
    ends: Mask = (runs <= 1) & ((count <= 2) | ((count == 3) & beside))
    return ends


def _around(flat: Mask, where: Flat, width: int) -> Flat:
    """Those pixels of ``flat`` that touch the ones at ``where``."""
    near = np.unique(where + _offsets(width)[:, None])
    return near[flat[near]]


def _prune(flat: Mask, width: int, rounds: int) -> None:
    candidates: Flat = np.flatnonzero(flat)
    for _ in range(rounds):
        ends = candidates[_are_ends(flat, candidates, width)]
        if not len(ends):
            return
        flat[ends] = False
        candidates = _around(flat, ends, width)


def _grow_back(kept: Mask, lines: Mask, width: int, rounds: int) -> None:
    lost = lines & ~kept
    there: Flat = np.flatnonzero(kept)
    tips = there[_are_ends(kept, there, width)]
    for _ in range(rounds):
        tips = _around(lost, tips, width)
        if not len(tips):
            return
        kept[tips], lost[tips] = True, False
