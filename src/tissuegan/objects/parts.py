"""Instances of a plane found part by part: what one part knows, and what all of them know together.

Each part is labelled on its own; the parts' borders say which components are one. An instance is
known by its first pixel in reading order, and numbered in that order: neither depends on how the
plane was cut into parts, nor on who looked at which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage, sparse

from tissuegan.objects.instances import SMALLEST, Labels, Mask
from tissuegan.region import Region

__all__ = ["Components", "Part", "find_part", "label", "merged", "parents"]

Ints = NDArray[np.int64]
COLUMNS = ("area", "sum_y", "sum_x", "first_y", "first_x", "y0", "x0", "y1", "x1")
HOW = (*3 * [np.add], *2 * [None], *2 * [np.minimum], *2 * [np.maximum])
"""How a column of an instance follows from its components'; None takes that of the first pixel."""


@dataclass(frozen=True, eq=False)
class Part:
    """The components of one kind in one part of a plane.

    Attributes:
        facts: one row a component, in the columns of :data:`COLUMNS`, int64.
        edges: the components' numbers, from 1 on, along top, bottom, left and right.
    """

    facts: Ints
    edges: tuple[Labels, Labels, Labels, Labels]


def label(mask: Mask) -> Labels:
    """All 4-connected components of a mask (H, W), numbered from 1, int32."""
    numbered: Labels = ndimage.label(mask)[0].astype(np.int32, copy=False)
    return numbered


def find_part(labels: Labels, window: Region) -> Part:
    """What a part's components are like.

    Args:
        labels: of the part's components, (H, W).
        window: of the part in the plane's own pixels; their sums must fit 64 bits.
    """
    edges = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    return Part(_facts(labels, window), edges)


def _facts(labels: Labels, window: Region) -> Ints:
    """From the runs of equal pixels in rows, which are far fewer than pixels."""
    value, row, x0, length = _runs(labels)
    count = labels.max(initial=0) + 1
    weights = {"area": length, "sum_y": length * row, "sum_x": length * (2 * x0 + length - 1)}
    area, sum_y, sum_x = (
        np.bincount(value, weight, count).round().astype(np.int64) for weight in weights.values()
    )
    first, last = np.empty((2, count), np.int64)
    first[value[::-1]], last[value] = np.arange(len(value))[::-1], np.arange(len(value))
    left, right = np.full(count, labels.shape[1]), np.zeros(count, np.int64)
    np.minimum.at(left, value, x0)
    np.maximum.at(right, value, x0 + length)
    first, last = first[1:], last[1:]
    facts = {
        "area": area[1:],
        "sum_y": sum_y[1:] + area[1:] * window.y0,
        "sum_x": sum_x[1:] // 2 + area[1:] * window.x0,
        "first_y": row[first] + window.y0,
        "first_x": x0[first] + window.x0,
        "y0": row[first] + window.y0,
        "x0": left[1:] + window.x0,
        "y1": row[last] + 1 + window.y0,
        "x1": right[1:] + window.x0,
    }
    return np.stack([facts[name] for name in COLUMNS], axis=1)


def _runs(labels: Labels) -> tuple[Labels, Ints, Ints, Ints]:
    """Runs of pixels of one component in reading order: label, row, first column and length."""
    begins = np.ones(labels.shape, bool)
    begins[:, 1:] = labels[:, 1:] != labels[:, :-1]
    start = np.flatnonzero(begins)
    value, length = labels.ravel()[start], np.diff(start, append=labels.size)
    row, column = np.divmod(start, labels.shape[1])
    inside = value > 0
    return value[inside], row[inside], column[inside], length[inside]


@dataclass(frozen=True, eq=False)
class Components:
    """The instances of one kind on the whole plane.

    Attributes:
        table: one row an instance, by its number from 1 on, in the columns of :data:`COLUMNS`.
        numbers: for each part the instance of each of its components, 0 for specks; index 0 is
            the background.
    """

    table: pd.DataFrame
    numbers: tuple[Labels, ...]


def merged(parts: Sequence[Part], grid: tuple[int, int], smallest: int = SMALLEST) -> Components:
    """What all parts know together.

    Args:
        parts: of one kind, row by row.
        grid: rows and columns of parts.
        smallest: pixels; smaller instances are specks and have no number.
    """
    starts = np.cumsum([0, *(len(part.facts) for part in parts)])
    owner = _joined(parts, grid, starts)
    facts, sets = _united(parts, owner)
    large = facts["area"] >= smallest
    table = pd.DataFrame({name: facts.pop(name)[large] for name in COLUMNS}, copy=False)
    table.index = pd.RangeIndex(1, len(table) + 1, name="label")
    number = np.zeros(owner.max(initial=-1) + 1, np.int32)
    number[sets[large]] = table.index
    found = [number[owner[a:b]] for a, b in pairwise(starts)]
    return Components(table, tuple(np.concatenate([[0], n]).astype(np.int32) for n in found))


def _united(parts: Sequence[Part], owner: Ints) -> tuple[dict[str, Ints], Ints]:
    """Columns of sets of components and the sets' numbers, in reading order of first pixels.

    One column after the other, since all of them for all components take the memory.
    """

    def column(name: str) -> Ints:
        return np.concatenate([part.facts[:, COLUMNS.index(name)] for part in parts])

    def united(name: str, how: np.ufunc | None) -> Ints:
        values = column(name)
        each: Ints = values[firsts] if how is None else how.reduceat(values[order], starts)
        return each[reading]

    order = np.lexsort((column("first_x"), column("first_y"), owner))
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    firsts = order[starts]
    reading = np.lexsort((column("first_x")[firsts], column("first_y")[firsts]))
    facts = {name: united(name, how) for name, how in zip(COLUMNS, HOW, strict=True)}
    return facts, owner[firsts[reading]]


def _joined(parts: Sequence[Part], grid: tuple[int, int], starts: Ints) -> Ints:
    """For every component, all parts' in a row, the number of the set that it belongs to."""
    rows, columns = grid
    pairs = [np.empty((2, 0), np.int64)]
    for k in range(rows * columns):
        if k + columns < rows * columns:
            pairs.append(_touching(parts, starts, k, k + columns, (1, 0)))
        if (k + 1) % columns:
            pairs.append(_touching(parts, starts, k, k + 1, (3, 2)))
    one, other = np.concatenate(pairs, axis=1)
    graph = sparse.coo_matrix((np.ones(len(one), bool), (one, other)), (starts[-1],) * 2)
    owner: Ints = sparse.csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return owner


def _touching(parts: Sequence[Part], starts: Ints, a: int, b: int, sides: tuple[int, int]) -> Ints:
    """Pairs (2, n) of components of two neighbouring parts that touch across their border."""
    edge, other = parts[a].edges[sides[0]], parts[b].edges[sides[1]]
    both = (edge > 0) & (other > 0)
    pairs = np.stack([edge[both] + starts[a] - 1, other[both] + starts[b] - 1])
    unique: Ints = np.unique(pairs, axis=1)
    return unique


def parents(shared: Ints) -> pd.Series[int]:
    """For each organelle the cell with most of its pixels, the first of two that have as many.

    Args:
        shared: rows (organelle, cell, pixels that both have); a pair may have several rows.

    Returns:
        Cells by organelle; those that lie in no cell are not in it.
    """
    frame = pd.DataFrame(shared, columns=["organelle", "cell", "pixels"])
    total = frame.groupby(["organelle", "cell"], as_index=False)["pixels"].sum()
    total = total.sort_values(["organelle", "pixels", "cell"], ascending=[True, False, True])
    return total.drop_duplicates("organelle").set_index("organelle")["cell"]
