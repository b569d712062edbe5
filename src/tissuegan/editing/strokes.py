"""Edits by hand: strokes of a brush."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from tissuegan.editing.edit import ClassName, Edit, Nanometres, Plane, Point
from tissuegan.editing.skeleton import Mask
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region

MOST_POINTS = 2000
FARTHEST_STEP = 4096

Brush = Annotated[Nanometres, Field(le=1000.0)]


class Stroke(Edit):
    """A brush drawn along a line of points.

    Attributes:
        points: (row, column) of pixels on the plane.
        radius_nm: of the brush.
    """

    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MOST_POINTS)]
    radius_nm: Brush = 20.0

    def touches(self, place: Region, plane: Plane) -> bool:
        """Whether the brush came near."""
        return place.intersect(self._box(plane)) is not None

    def needs(self, place: Region, plane: Plane) -> Region:  # noqa: ARG002
        """Nothing around."""
        return place

    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:
        """Changes what the brush covers."""
        edited = masks.copy()
        covered = near_line(region, self.points, self.radius_nm / plane.pixel_size_nm)
        self.change(edited, covered, plane)
        return edited

    @abstractmethod
    def change(self, masks: Masks, covered: Mask, plane: Plane) -> None:
        """Changes masks (C, H, W), in place, where the brush was, bool (H, W)."""

    def _box(self, plane: Plane) -> Region:
        rows, columns = zip(*self.points, strict=True)
        size = (max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)
        return Region(min(rows), min(columns), *size).grow(plane.pixels(self.radius_nm))


class Paint(Stroke):
    """Gives what the brush covers to one class, and takes it from the others."""

    edit: Literal["paint"] = "paint"
    class_: ClassName = Field(alias="class")

    def change(self, masks: Masks, covered: Mask, plane: Plane) -> None:
        """One class there."""
        masks[:, covered] = False
        masks[plane.classes.index(self.class_), covered] = True


class Erase(Stroke):
    """Takes what the brush covers from one class, or from all where none is named."""

    edit: Literal["erase"] = "erase"

    def change(self, masks: Masks, covered: Mask, plane: Plane) -> None:
        """That class not there."""
        chosen = slice(None) if self.class_ is None else plane.classes.index(self.class_)
        masks[chosen, covered] = False


def near_line(region: Region, points: Sequence[Point], radius: float) -> Mask:
    """The pixels of a region within ``radius`` pixels of a line through points of the plane."""
    covered = np.zeros(region.shape, bool)
    for start, stop in pairwise((points[0], *points)):
        box = _around(start, stop, radius).intersect(region)
        if box is not None:
            rows, columns = region.crop(box)
            covered[rows, columns] |= near_segment(box, start, stop, radius)
    return covered


def near_segment(region: Region, start: Point, stop: Point, radius: float) -> Mask:
    """The pixels of a region within ``radius`` pixels of a straight line.

    Coordinates are taken from ``start``, so that a pixel's answer is the same in any region.
    """
    y = np.arange(region.height)[:, None] + float(region.y0 - start[0])
    x = np.arange(region.width)[None, :] + float(region.x0 - start[1])
    dy, dx = float(stop[0] - start[0]), float(stop[1] - start[1])
    along = np.clip((y * dy + x * dx) / max(dy * dy + dx * dx, 1.0), 0, 1)
    near: Mask = (y - along * dy) ** 2 + (x - along * dx) ** 2 <= radius**2
    return near


def _around(start: Point, stop: Point, radius: float) -> Region:
    y0, x0 = min(start[0], stop[0]), min(start[1], stop[1])
    size = abs(stop[0] - start[0]) + 1, abs(stop[1] - start[1]) + 1
    return Region(y0, x0, *size).grow(ceil(radius))
