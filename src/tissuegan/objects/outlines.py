"""Outlines of instances as GeoJSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import find_contours

from tissuegan.objects.instances import Mask, Objects
from tissuegan.objects.table import object_table

Ring = list[list[float]]


def outlines(objects: Objects) -> dict[str, Any]:
    """The instances as a GeoJSON FeatureCollection of polygons with holes.

    Coordinates are pixels on the plane, (x, y), with y downwards; a pixel's centre lies at whole
    coordinates, and outlines run half way between the pixels inside and outside. Properties are
    the columns of :func:`object_table`; ``pixel_size_nm`` stands beside the features.
    """
    kinds = object_table(objects).groupby("kind", sort=False)
    features = [feature for _, rows in kinds for feature in _features(objects, rows)]
    size = objects.tissue.pixel_size_nm
    return {"type": "FeatureCollection", "pixel_size_nm": size, "features": features}


def _features(objects: Objects, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The instances of one kind, in the order of their labels."""
    kind = rows["kind"].iloc[0]
    labels, region = objects.labels[kind], objects.tissue.region
    features = []
    for row, box in zip(rows.to_dict("records"), ndimage.find_objects(labels), strict=True):
        corner = region.x0 + box[1].start, region.y0 + box[0].start
        geometry = {
            "type": "Polygon",
            "coordinates": rings(labels[box] == row["label"], corner),
        }
        features.append({"type": "Feature", "geometry": geometry, "properties": _plain(row)})
    return features


def rings(mask: Mask, corner: tuple[int, int] = (0, 0)) -> list[Ring]:
    """Closed rings of (x, y) around one object: the outside first, then its holes.

    Args:
        mask: bool (H, W), 4-connected.
        corner: (x, y) of the upper left pixel.
    """
    framed = np.pad(mask, 1).astype(np.float64)
    contours = find_contours(framed, 0.5, fully_connected="low")
    contours.sort(key=lambda contour: np.ptp(contour, axis=0).prod(), reverse=True)
    offset = np.array(corner) - 1
    return [(corners(contour)[:, ::-1] + offset).tolist() for contour in contours]


def corners(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """A closed ring (n, 2) without the points that lie on straight lines between others."""
    steps = np.diff(ring, axis=0)
    turns = (steps != np.roll(steps, 1, axis=0)).any(axis=1)
    kept = ring[:-1][turns]
    return np.concatenate([kept, kept[:1]])


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row of the table with missing values as None, which JSON can say."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}
