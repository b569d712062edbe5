"""Outlines of instances as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tissuegan.objects.instances import Objects
from tissuegan.objects.table import object_table
from tissuegan.objects.tracing import Rings, trace

__all__ = ["Polygon", "feature", "outlines", "polygons"]

Polygon = list[list[list[float]]]


def outlines(objects: Objects) -> dict[str, Any]:
    """The instances as a GeoJSON FeatureCollection of polygons with holes.

    Coordinates are pixels on the plane, (x, y), with y downwards; a pixel's centre lies at whole
    coordinates, and outlines run half way between the pixels inside and outside. Properties are
    the columns of :func:`object_table`; ``pixel_size_nm`` stands beside the features.
    """
    kinds = object_table(objects).groupby("kind", sort=False)
    features = [one for kind, rows in kinds for one in _features(objects, str(kind), rows)]
    size = objects.tissue.pixel_size_nm
    return {"type": "FeatureCollection", "pixel_size_nm": size, "features": features}


def _features(objects: Objects, kind: str, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The instances of one kind, in the order of their labels."""
    region = objects.tissue.region
    drawn = polygons(trace(objects.labels[kind]), (region.x0, region.y0))
    for row, polygon in zip(rows.to_dict("records"), drawn, strict=True):
        yield feature(polygon, {str(name): value for name, value in row.items()})


def feature(polygon: Polygon, facts: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature; missing values become None, which JSON can say."""
    plain = {name: None if pd.isna(value) else value for name, value in facts.items()}
    geometry = {"type": "Polygon", "coordinates": polygon}
    return {"type": "Feature", "geometry": geometry, "properties": plain}


def polygons(rings: Rings, corner: tuple[int, int] = (0, 0)) -> Iterator[Polygon]:
    """Closed rings of (x, y) for each instance, the outside first, then its holes.

    Points on straight lines between others are left out.

    Args:
        rings: as :func:`tissuegan.objects.tracing.trace` finds them.
        corner: (x, y) of the upper left pixel.
    """
    points, turns = rings.points[:, ::-1] + np.array(corner), _turns(rings)
    bounds = np.append(rings.outer, len(rings.labels))
    for first, after in pairwise(bounds):
        spans = (slice(*rings.ends[k : k + 2]) for k in range(first, after))
        kept = (points[span][turns[span]] for span in spans)
        yield [np.concatenate([ring, ring[:1]]).tolist() for ring in kept]


def _turns(rings: Rings) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether a ring changes its direction at each point, bool (n,)."""
    after = np.arange(1, len(rings.points) + 1)
    after[rings.ends[1:] - 1] = rings.ends[:-1]
    steps = rings.points[after] - rings.points
    turned = np.empty(len(steps), bool)
    turned[after] = (steps[after] != steps).any(axis=1)
    return turned
