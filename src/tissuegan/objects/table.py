"""The table of the instances: sizes, shapes, and which cell an organelle lies in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from skimage.measure import regionprops_table

from tissuegan.objects.instances import CELL, Labels, Objects
from tissuegan.objects.shapes import shapes
from tissuegan.objects.tracing import trace
from tissuegan.tissue import Tissue

_COLUMNS = {
    "area": "area_um2",
    "equivalent_diameter_area": "diameter_um",
    "centroid-0": "y",
    "centroid-1": "x",
}
_PROPERTIES = ("area", "equivalent_diameter_area", "centroid")
_SHAPES = ("perimeter_um", "roundness", "solidity")


def object_table(objects: Objects) -> pd.DataFrame:
    """One row an instance, all kinds together.

    Columns: ``kind`` (cell or the organelle's class), ``label`` (its number in the labels of that
    kind), ``area_um2``, ``diameter_um`` (of the circle of that area), ``perimeter_um`` (Crofton,
    four directions), ``roundness`` (Wadell's, 0 to 1), ``solidity`` (area to that of the convex
    hull), ``parent`` (the label of the cell with most of an organelle's pixels, missing where it
    lies in none, and for cells), ``y`` and ``x`` (centroid in pixels on the plane; a pixel's
    centre has whole coordinates).
    """
    cells = objects.labels[CELL]
    parts = [_rows(objects.tissue, kind, labels, cells) for kind, labels in objects.labels.items()]
    return pd.concat(parts, ignore_index=True)


def _rows(tissue: Tissue, kind: str, labels: Labels, cells: Labels) -> pd.DataFrame:
    micrometres = tissue.pixel_size_nm / 1000
    measured = regionprops_table(labels, properties=_PROPERTIES)
    rows = pd.DataFrame({name: measured[old] for old, name in _COLUMNS.items()}, dtype=float)
    rows["diameter_um"] *= micrometres
    rows["area_um2"] *= micrometres**2
    rows["y"] += tissue.region.y0
    rows["x"] += tissue.region.x0
    rows.insert(0, "label", np.arange(1, len(rows) + 1))
    rows.insert(0, "kind", kind)
    found = shapes(labels, trace(labels))
    values = (found.perimeter * micrometres, found.roundness, found.solidity)
    for place, (name, column) in enumerate(zip(_SHAPES, values, strict=True), start=4):
        rows.insert(place, name, column)
    rows.insert(7, "parent", _parents(labels, 0 * cells if kind == CELL else cells))
    return rows


def _parents(labels: Labels, cells: Labels) -> pd.arrays.IntegerArray:
    """For each instance the cell with most of its pixels, missing where none has any."""
    counts = np.zeros((labels.max(initial=0) + 1, cells.max(initial=0) + 1), np.int64)
    np.add.at(counts, (labels.ravel(), cells.ravel()), 1)
    counts[:, 0] = 0
    parents = counts[1:].argmax(axis=1)
    return pd.arrays.IntegerArray(parents, parents == 0)
