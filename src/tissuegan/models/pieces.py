"""What is left out of drawn labels for being a piece on its own: bodies that fit into a square.

Bodies are found from the runs of their rows by NumPy alone, for what draws the first tissue of a
viewer is loaded before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]


def without_pieces(masks: Mask, side: int) -> Mask:
    """Masks without the bodies that fit into a square.

    A body that touches the border may go on beyond it and is left as it is. So whatever lies at
    least ``side`` pixels from the border is what it would be in any larger window.

    Args:
        masks: bool (C, H, W), each channel for itself; bodies are 8-connected.
        side: of the square, in pixels; 0 leaves the masks as they are.
    """
    if not side:
        return masks
    return np.stack([_without(mask, side) for mask in masks])


def _without(mask: Mask, side: int) -> Mask:
    """One mask (H, W) without the bodies that fit into a square."""
    runs = Runs.of(mask)
    body = runs.bodies()
    gone = runs.fit(body, side, mask.shape)[body]
    edges = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int8)
    edges[runs.row[~gone], runs.start[~gone]] = 1
    edges[runs.row[~gone], runs.stop[~gone]] = -1
    return edges.cumsum(axis=1, dtype=np.int8)[:, :-1].astype(bool)


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of a mask's rows in reading order: row, first column, the one after the last."""

    row: Indices
    start: Indices
    stop: Indices

    @classmethod
    def of(cls, mask: Mask) -> Runs:
        """Of a mask (H, W)."""
        edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        row, start = np.nonzero(edges == 1)
        return cls(row, start, np.nonzero(edges == -1)[1])

    def bodies(self) -> Indices:
        """For each run the first run of its 8-connected body."""
        above, below = self.neighbours()
        first = np.arange(len(self.row))
        while True:
            least = np.minimum(first[above], first[below])
            lower = first.copy()
            for runs in (above, below):
                np.minimum.at(lower, first[runs], least)
            lower = lower[lower]
            if np.array_equal(lower, first):
                return first
            first = lower

    def neighbours(self) -> tuple[Indices, Indices]:
        """Pairs of runs that touch, at a corner too: one, and one in the row below it."""
        wide = int(self.stop.max(initial=0)) + 1
        below = (self.row + 1) * wide
        since = np.searchsorted(self.row * wide + self.stop, below + self.start)
        until = np.searchsorted(self.row * wide + self.start, below + self.stop, side="right")
        counts = np.maximum(until - since, 0)
        above = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(len(above)) - np.repeat(counts.cumsum() - counts, counts)
        return above, since[above] + within

    def fit(self, body: Indices, side: int, shape: tuple[int, ...]) -> Mask:
        """Whether each body, at its first run, is seen whole and fits into the square."""
        fits = np.ones(len(body), bool)
        for low, high, size in (
            (self.row, self.row + 1, shape[0]),
            (self.start, self.stop, shape[1]),
        ):
            least, most = np.full(len(body), size), np.zeros(len(body), np.intp)
            np.minimum.at(least, body, low)
            np.maximum.at(most, body, high)
            fits &= (least > 0) & (most < size) & (most - least <= side)
        return fits
