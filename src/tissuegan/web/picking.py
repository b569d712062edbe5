"""The cell at a point, with its measurements."""

from __future__ import annotations

from typing import Any

import numpy as np

from tissuegan.objects import Objects, Rule, find_objects, outlines
from tissuegan.objects.instances import CELL
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

WINDOW = 768


def picked(source: TissueSource, y: int, x: int) -> dict[str, Any]:
    """The cell at a pixel and the organelles in it, as GeoJSON features with their measurements.

    No feature where the pixel is on a boundary, or where the cell is not whole within
    :data:`WINDOW` pixels around.
    """
    around = Region(y - WINDOW // 2, x - WINDOW // 2, WINDOW, WINDOW)
    region = around if source.bounds is None else around.intersect(source.bounds)
    if region is None or not region.contains(Region(y, x, 1, 1)):
        return {"type": "FeatureCollection", "features": []}
    masks = source.masks(region) if hasattr(source, "masks") else None
    tissue = source[region] if masks is None else _labels(source, region, masks)
    objects = find_objects(tissue, organelles=Rule(off_border=False))
    number = objects.labels[CELL][y - region.y0, x - region.x0]
    if number == 0:
        return {"type": "FeatureCollection", "features": []}
    return outlines(_only(objects, int(number)))


def _labels(source: TissueSource, region: Region, masks: Any) -> Any:
    from tissuegan.tissue import Tissue

    return Tissue(masks, None, source.classes, source.pixel_size_nm, region)


def _only(objects: Objects, number: int) -> Objects:
    """One cell and what lies in it, numbered anew."""
    cell = objects.labels[CELL] == number
    labels = {CELL: cell.astype(np.int32)}
    for kind, numbered in objects.labels.items():
        if kind != CELL:
            inside = np.unique(numbered[cell & (numbered > 0)])
            places = np.zeros(numbered.max(initial=0) + 1, np.int32)
            places[inside] = np.arange(1, len(inside) + 1)
            labels[kind] = places[numbered]
    return Objects(objects.tissue, labels)
