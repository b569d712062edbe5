"""Key points of closed curves: the corners of polygons that stay close to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEVIATION", "key_points"]

DEVIATION = 0.3
"""Pixels that an outline may be away from the polygon through its key points."""
Ints = NDArray[np.int64]
Points = NDArray[np.complex128]


def key_points(curves: Sequence[Points], deviation: float = DEVIATION) -> list[Ints]:
    """Places of the key points of closed curves (n,), int64 (k,) each.

    From each key point the next one is as far on as the curve between stays within ``deviation``
    pixels of the chord, searched by cutting back to the point that is farthest from it. All curves
    are searched side by side.
    """
    closed = np.concatenate([np.append(curve, curve[0]) for curve in curves])
    last = np.cumsum([len(curve) + 1 for curve in curves]) - 1
    first = np.array([0, *(last[:-1] + 1)])
    keys = [np.stack([np.arange(len(curves)), first])]
    open_, start, end = np.arange(len(curves)), first, last
    while len(open_):
        end, reached = _cut_back(closed, start, end, deviation)
        keys.append(np.stack([open_, end])[:, reached & (end < last[open_])])
        start, end = np.where(reached, end, start), np.where(reached, last[open_], end)
        going = start < last[open_]
        open_, start, end = open_[going], start[going], end[going]
    curve, place = np.concatenate(keys, axis=1)
    order = np.argsort(curve, kind="stable")
    parts = np.split(place[order], np.cumsum(np.bincount(curve))[:-1])
    return [part - begin for part, begin in zip(parts, first, strict=True)]


def _cut_back(
    closed: Points, start: Ints, end: Ints, deviation: float
) -> tuple[Ints, NDArray[np.bool_]]:
    """For each run the place to end it, and whether a run that ends there is close to its chord."""
    chord = closed[end] - closed[start]
    length = np.abs(chord)
    away, starts, run = _off_chords(closed, start, end, np.where(length == 0, 1, chord))
    most = np.maximum.reduceat(away, starts)
    worst = _first_places(away == most[run], starts, run)
    reached = (most <= deviation * np.where(length == 0, 1, length)) | (end <= start + 1)
    return np.where(reached, end, start + np.maximum(1, worst)), reached


def _off_chords(
    closed: Points, start: Ints, end: Ints, chord: Points
) -> tuple[NDArray[np.float64], Ints, Ints]:
    """Distances of points from their run's chord times its length, where runs begin, whose each is.

    A ring's chord to its own beginning has no direction; distances from that point do instead.
    """
    lengths = end - start + 1
    starts = np.cumsum(lengths) - lengths
    run = np.repeat(np.arange(len(start)), lengths)
    steps = closed[np.arange(len(run)) + np.repeat(start - starts, lengths)]
    steps -= np.repeat(closed[start], lengths)
    away = np.abs(
        steps.imag * np.repeat(chord.real, lengths) - steps.real * np.repeat(chord.imag, lengths)
    )
    whole = np.repeat(closed[start] == closed[end], lengths)
    away[whole] = np.abs(steps[whole])
    return away, starts, run


def _first_places(chosen: NDArray[np.bool_], starts: Ints, run: Ints) -> Ints:
    """For each run the place in it of the first point that was chosen."""
    places = np.flatnonzero(chosen)
    first = np.flatnonzero(np.diff(run[places], prepend=-1))
    return places[first] - starts
