"""Tables of the objects and of the single cells of a subject, field by field, remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from tissuegan.evaluation.panel import Field, Json, Mask, Panel, Subject
from tissuegan.evaluation.shape import Variant, shape_table
from tissuegan.objects import Objects, Roles, Rule, find_objects, object_table, single_cells
from tissuegan.objects.instances import CELL, SMALLEST
from tissuegan.tissue import Tissue

PIXEL_SIZE_NM = 4.6
"""The pixel size at which components below 64 pixels are specks."""

VARIANTS: tuple[Variant, ...] = ("V2", "V1")
_COLUMNS = ("kind", "area_um2", "diameter_um", "perimeter_um", "roundness", "solidity", "x", "y")


def smallest(pixel_size_nm: float) -> int:
    """The number of pixels that has the area of 64 pixels of 4.6 nm."""
    return max(1, round(SMALLEST * (PIXEL_SIZE_NM / pixel_size_nm) ** 2))


def objects_of(panel: Panel, subject: Subject) -> pd.DataFrame:
    """Cells and organelles of a subject, one row an object, with the number of its field.

    Cells are all components of not-boundary of at least 64 pixels (of 4.6 nm), organelles those
    that do not touch the border either (facts, section 2.4). Columns as of ``object_table``; of
    cells the areas and diameters only.
    """
    return _stacked([field_objects(panel, field) for field in subject.fields])


def shapes_of(panel: Panel, subject: Subject, variant: Variant = "V2") -> pd.DataFrame:
    """The 89 features of the cells with organelles of a subject, with the number of the field."""
    return _stacked([field_shapes(panel, field, variant) for field in subject.fields])


def field_objects(panel: Panel, field: Field) -> pd.DataFrame:
    """Cells and organelles of one field."""
    key = ("objects", field.digest, repr(panel.roles))
    return _table(panel.remember(key, lambda: _json(object_rows(field.tissue, panel.roles))))


def field_shapes(panel: Panel, field: Field, variant: Variant = "V2") -> pd.DataFrame:
    """The features of the single cells of one field."""
    key = ("shapes", variant, field.digest, repr(panel.roles))
    return _table(
        panel.remember(key, lambda: _json(shape_rows(field.tissue, panel.roles, variant)))
    )


def object_rows(tissue: Tissue, roles: Roles) -> pd.DataFrame:
    """The rows of :func:`objects_of` for one tissue."""
    least = smallest(tissue.pixel_size_nm)
    found = find_objects(tissue, roles, Rule(least, off_border=False), Rule(least))
    cells = found.labels[CELL]
    areas = np.bincount(cells.ravel())[1:] * (tissue.pixel_size_nm / 1000) ** 2
    diameters = np.sqrt(4 * areas / np.pi)
    rows = pd.DataFrame({"kind": CELL, "area_um2": areas, "diameter_um": diameters})
    organelles = object_table(Objects(tissue, {**found.labels, CELL: np.zeros_like(cells)}))
    return pd.concat([rows, organelles], ignore_index=True).reindex(columns=list(_COLUMNS))


def shape_rows(tissue: Tissue, roles: Roles, variant: Variant) -> pd.DataFrame:
    """The rows of :func:`shapes_of` for one tissue, in raster order of the cells."""
    return shape_table(cells_of([tissue], roles), variant).reset_index(drop=True)


def cells_of(tissues: Iterable[Tissue], roles: Roles) -> Iterator[tuple[Mask, Mask]]:
    """The single cells that realism is about: (filled cell, organelle), bool (h, w) each."""
    for tissue in tissues:
        least = smallest(tissue.pixel_size_nm)
        yield from single_cells(tissue, roles, Rule(least), least)


def features_only(table: pd.DataFrame) -> pd.DataFrame:
    """The table without the number of the field."""
    return table.drop(columns="field")


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    numbered = [part.assign(field=k) for k, part in enumerate(parts)]
    return pd.concat(numbered, ignore_index=True)


def _json(table: pd.DataFrame) -> Json:
    clean = table.astype(object).where(table.notna(), None)
    return {"columns": list(table.columns), "rows": clean.to_numpy().tolist()}


def _table(stored: Json) -> pd.DataFrame:
    table = pd.DataFrame(stored["rows"], columns=stored["columns"])
    numbers = [name for name in table.columns if name != "kind"]
    return table.astype(dict.fromkeys(numbers, np.float64))
