"""Instances of a stored picture, with numbers that do not depend on shards or workers.

First every shard notes what it knows, then all notes are merged, then every shard is numbered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tissuegan.io.plan import WORK, Plan
from tissuegan.io.store import get, open_store, put
from tissuegan.objects.instances import Labels
from tissuegan.objects.kinds import Kind, kinds
from tissuegan.objects.parts import Part, find_part, label, merged, parents
from tissuegan.region import Region

__all__ = ["find", "merge", "number", "owned"]

Notes = dict[str, NDArray[Any]]


def find(plan: Plan, number: int) -> None:
    """Notes what one shard of the first level knows of the instances in it."""
    if _noted(plan, "parts", number):
        return
    window = plan.layout.window(0, plan.layout.place(0, number))
    notes: Notes = {}
    labels = {kind.name: _components(plan, kind, window) for kind in kinds(plan.source.classes)}
    cells, *organelles = labels
    for k, name in enumerate(labels):
        part = find_part(labels[name], window)
        notes[f"facts{k}"] = part.facts
        notes.update({f"edge{k}{side}": edge for side, edge in enumerate(part.edges)})
    for k, name in enumerate(organelles, start=1):
        notes[f"shared{k}"] = _shared(labels[name], labels[cells])
    _note(plan, "parts", number, notes)


def _note(plan: Plan, what: str, number: int, notes: Notes) -> None:
    packed = BytesIO()
    np.savez(packed, **notes)  # type: ignore[arg-type]
    put(open_store(plan.url), f"{WORK}/{what}/{number}", packed.getvalue())


def _noted(plan: Plan, what: str, number: int) -> Notes:
    """What was noted of a shard; empty where nothing was."""
    packed = get(open_store(plan.url), f"{WORK}/{what}/{number}")
    if packed is None:
        return {}
    with np.load(BytesIO(packed)) as notes:
        return dict(notes)


def _components(plan: Plan, kind: Kind, window: Region) -> Labels:
    mask = plan.shards(plan.masks[kind.index]).read(window).astype(bool)
    return label(~mask if kind.layer == plan.instances[0].name else mask)


def _shared(organelles: Labels, cells: Labels) -> NDArray[np.int64]:
    """Rows (organelle, cell, pixels that both have), int64."""
    both = (organelles > 0) & (cells > 0)
    base = int(cells.max(initial=0)) + 1
    pairs, counts = np.unique(
        organelles[both].astype(np.int64) * base + cells[both], return_counts=True
    )
    return np.stack([*np.divmod(pairs, base), counts], axis=1)


def merge(plan: Plan) -> None:
    """Numbers all instances, and notes for each shard the numbers in it and the rows that it owns.

    Rows are those of the table, without what is known of shapes: ``kind``, ``label`` (its number in
    the stored instances), ``area_um2``, ``diameter_um`` (of the circle of that area), ``parent``
    (the cell with most of an organelle's pixels), ``y`` and ``x`` (centroid in pixels on the
    plane), ``y0``, ``x0``, ``y1``, ``x1`` (the smallest box around it) and ``cut`` (whether it
    touches the window's edge, beyond which it may go on: what the table says of it is of the part
    inside).
    """
    everything = [_noted(plan, "parts", k) for k in plan.layout.numbers(0)]
    found = kinds(plan.source.classes)
    components = [merged(_parts(everything, k), plan.layout.grid(0)) for k in range(len(found))]
    shares = zip(*(of.numbers for of in components), strict=True)
    for number, share in enumerate(shares):
        _note(plan, "numbers", number, {str(k): ids for k, ids in enumerate(share)})
    cells = components[0].numbers
    within = [
        parents(_renumbered(everything, k, of.numbers, cells)) if k else pd.Series(dtype="Int64")
        for k, of in enumerate(components)
    ]
    tables = zip(found, components, within, strict=True)
    _note_owned(plan, [_frame(plan, kind.name, of.table, cell) for kind, of, cell in tables])


def _parts(everything: list[Notes], k: int) -> list[Part]:
    """The parts of one kind, which are taken out of the notes."""
    return [
        Part(notes.pop(f"facts{k}"), tuple(notes.pop(f"edge{k}{side}") for side in range(4)))  # type: ignore[arg-type]
        for notes in everything
    ]


def _renumbered(
    everything: list[Notes], k: int, organelles: tuple[Labels, ...], cells: tuple[Labels, ...]
) -> NDArray[np.int64]:
    """Rows (organelle, cell, pixels) of all parts, in the numbers of the whole plane."""
    rows = []
    for notes, inner, outer in zip(everything, organelles, cells, strict=True):
        shared = notes[f"shared{k}"]
        rows.append(np.stack([inner[shared[:, 0]], outer[shared[:, 1]], shared[:, 2]], axis=1))
    joined = np.concatenate(rows)
    return joined[(joined[:, :2] > 0).all(axis=1)]


def _frame(plan: Plan, kind: str, table: pd.DataFrame, cell: pd.Series[int]) -> pd.DataFrame:
    """The columns of :func:`merge` of one kind, and ``shard``, the number of the one that owns."""
    layout, side = plan.layout, plan.picture.pixel_size_nm / 1000
    region, columns = layout.region, layout.grid(0)[1]
    area = table["area"] * side**2
    upper = (table["y0"] == 0) | (table["x0"] == 0)
    found = {
        "kind": kind,
        "label": table.index,
        "area_um2": area,
        "diameter_um": np.sqrt(4 * area / np.pi),
        "parent": cell.reindex(table.index).astype("Int64"),
        "y": table["sum_y"] / table["area"] + region.y0,
        "x": table["sum_x"] / table["area"] + region.x0,
        "y0": table["y0"] + region.y0,
        "x0": table["x0"] + region.x0,
        "y1": table["y1"] + region.y0,
        "x1": table["x1"] + region.x0,
        "cut": upper | (table["y1"] == region.height) | (table["x1"] == region.width),
        "shard": table["first_y"] // layout.shard * columns + table["first_x"] // layout.shard,
    }
    return pd.DataFrame(found)


def _note_owned(plan: Plan, frames: Sequence[pd.DataFrame]) -> None:
    """Notes for each shard the instances whose first pixel lies in it, kind by kind."""
    owners = [frame.pop("shard") for frame in frames]
    rows = [frame.groupby(owner).indices for frame, owner in zip(frames, owners, strict=True)]
    for number in sorted({number for owner in owners for number in owner.unique()}):
        own = [
            frame.iloc[of[number]] for frame, of in zip(frames, rows, strict=True) if number in of
        ]
        values = pd.concat([each.astype(object) for each in own])
        text = json.dumps(values.where(values.notna(), None).to_dict("records"))
        put(open_store(plan.url), f"{WORK}/owned/{number}", text.encode())


def owned(plan: Plan, number: int) -> list[dict[str, Any]]:
    """The rows of the table for the instances whose first pixel lies in a shard."""
    text = get(open_store(plan.url), f"{WORK}/owned/{number}")
    return [] if text is None else list(json.loads(text))


def number(plan: Plan, number: int) -> None:
    """The instances of one shard of the first level, under their numbers."""
    place = plan.layout.place(0, number)
    missing = plan.lacks(plan.instances, 0, place)
    if not missing:
        return
    window, notes = plan.layout.window(0, place), _noted(plan, "numbers", number)
    for k, kind in enumerate(kinds(plan.source.classes)):
        if plan.instances[k] in missing:
            ids = notes[str(k)][_components(plan, kind, window)].astype(np.uint32)
            plan.shards(plan.instances[k]).write(place, ids)
