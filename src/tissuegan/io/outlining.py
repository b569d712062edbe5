"""Shapes and outlines of the instances of a stored picture, shard by shard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tissuegan.io.instances import owned
from tissuegan.io.plan import WORK, Plan
from tissuegan.io.store import get, open_store, put
from tissuegan.objects.instances import Labels
from tissuegan.objects.kinds import kinds
from tissuegan.objects.outlines import feature, polygons
from tissuegan.objects.shapes import shapes
from tissuegan.objects.tracing import trace
from tissuegan.region import Region

__all__ = ["Note", "noted", "outline"]

LARGEST = 4096
"""Side of a box in pixels; what is larger is not measured further, and has no outline."""
Row = dict[str, Any]
SHAPES = ("perimeter_um", "roundness", "solidity")


class Note(NamedTuple):
    """What is known of one instance.

    Attributes:
        kind: as in the table.
        label: its number.
        row: of the table.
        outline: its GeoJSON feature as text, where it is not too large.
    """

    kind: str
    label: int
    row: Row
    outline: str | None


def outline(plan: Plan, number: int) -> None:
    """Notes shapes and outlines of the instances whose first pixel lies in one shard."""
    store, key = open_store(plan.url), f"{WORK}/outlines/{number}"
    rows = owned(plan, number)
    if rows and get(store, key) is None:
        notes = [note for group in _groups(rows) for note in _notes(plan, group)]
        put(store, key, json.dumps(notes).encode())


def noted(plan: Plan, number: int) -> list[Note]:
    """What was noted of the instances whose first pixel lies in a shard."""
    text = get(open_store(plan.url), f"{WORK}/outlines/{number}")
    return [] if text is None else [Note(*note) for note in json.loads(text)]


def _groups(rows: list[Row]) -> Iterator[list[Row]]:
    """Instances of one kind to be read at once: the small ones together, a large one alone."""
    small: dict[str, list[Row]] = {}
    for row in rows:
        if _side(row) <= LARGEST // 4:
            small.setdefault(row["kind"], []).append(row)
        else:
            yield [row]
    yield from small.values()


def _side(row: Row) -> int:
    return int(max(row["y1"] - row["y0"], row["x1"] - row["x0"]))


def _notes(plan: Plan, rows: list[Row]) -> Iterator[Note]:
    if _side(rows[0]) > LARGEST:
        yield from (_note({**row, **dict.fromkeys(SHAPES)}, None) for row in rows)
        return
    crop = _around(rows)
    labels = _read(plan, rows, crop)
    rings, side = trace(labels), plan.picture.pixel_size_nm / 1000
    found = shapes(labels, rings)
    values = zip(found.perimeter * side, found.roundness, found.solidity, strict=True)
    drawn = polygons(rings, (crop.x0, crop.y0))
    for row, shape, polygon in zip(rows, values, drawn, strict=True):
        whole = {**row, **dict(zip(SHAPES, map(float, shape), strict=True))}
        yield _note(whole, json.dumps(feature(polygon, whole)))


def _note(row: Row, text: str | None) -> Note:
    return Note(row["kind"], row["label"], row, text)


def _around(rows: list[Row]) -> Region:
    y0, x0 = (min(row[edge] for row in rows) for edge in ("y0", "x0"))
    y1, x1 = (max(row[edge] for row in rows) for edge in ("y1", "x1"))
    return Region(y0, x0, y1 - y0, x1 - x0)


def _read(plan: Plan, rows: list[Row], crop: Region) -> Labels:
    """The instances of some rows, in order of their labels and numbered from 1, int32 (H, W)."""
    region, names = plan.layout.region, [kind.name for kind in kinds(plan.source.classes)]
    layer = plan.instances[names.index(rows[0]["kind"])]
    ids = plan.shards(layer).read(crop.shift(-region.y0, -region.x0))
    return _renumbered(ids, [row["label"] for row in rows])


def _renumbered(ids: NDArray[np.uint32], wanted: list[int]) -> Labels:
    """Wanted ids, which increase, as 1, 2, ...; all others as 0."""
    low, high = wanted[0], wanted[-1]
    table = np.zeros(high - low + 2, np.int32)
    table[np.array(wanted) - low] = np.arange(1, len(wanted) + 1)
    np.subtract(ids, np.uint32(low), out=ids)  # what is below becomes large
    labels: Labels = table[np.minimum(ids, np.uint32(high - low + 1), out=ids)]
    return labels
