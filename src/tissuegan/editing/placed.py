"""Edits of one instance, named by a pixel of it: move it, delete it."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy import ndimage

from tissuegan.editing.bodies import WIDEST_NM
from tissuegan.editing.edit import ClassName, Edit, Nanometres, Plane, Point
from tissuegan.editing.skeleton import Mask
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region

FARTHEST_MOVE = 2048

Step = Annotated[int, Field(ge=-FARTHEST_MOVE, le=FARTHEST_MOVE)]


class Delete(Edit):
    """Takes the instance away that has a pixel.

    Nothing happens where no instance is, or one whose bounding box is wider than ``max_nm``.

    Attributes:
        class_: whose mask.
        at: (row, column) of a pixel of it.
        max_nm: side of the largest bounding box.
    """

    edit: Literal["delete"] = "delete"
    class_: ClassName = Field(alias="class")
    at: Point
    max_nm: Nanometres = WIDEST_NM

    def touches(self, place: Region, plane: Plane) -> bool:
        """Whether the instance may be here."""
        return place.intersect(self._seen(plane)) is not None

    def needs(self, place: Region, plane: Plane) -> Region:
        """All around the instance."""
        return _hull(place, self._seen(plane))

    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:
        """Without it."""
        edited, c = masks.copy(), plane.classes.index(self.class_)
        rows, columns = region.crop(self._seen(plane))
        edited[c, rows, columns] &= ~_instance(masks[c, rows, columns], plane.pixels(self.max_nm))
        return edited

    def _seen(self, plane: Plane) -> Region:
        return Region(*self.at, 1, 1).grow(plane.pixels(self.max_nm) + 1)


class Move(Edit):
    """Moves the instance that has a pixel; where it comes to lie, the other classes give way.

    Nothing happens where no instance is, or one whose bounding box is wider than ``max_nm``.

    Attributes:
        class_: whose mask.
        at: (row, column) of a pixel of it.
        by: rows down and columns right.
        max_nm: side of the largest bounding box.
    """

    edit: Literal["move"] = "move"
    class_: ClassName = Field(alias="class")
    at: Point
    by: tuple[Step, Step]
    max_nm: Nanometres = WIDEST_NM

    def touches(self, place: Region, plane: Plane) -> bool:
        """Whether the instance may be here, before or after."""
        seen = self._seen(plane)
        return any(place.intersect(box) is not None for box in (seen, seen.shift(*self.by)))

    def needs(self, place: Region, plane: Plane) -> Region:
        """All around the instance, and where it comes to lie."""
        seen = self._seen(plane)
        return _hull(_hull(place, seen), seen.shift(*self.by))

    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:
        """With it in its new place."""
        edited, c = masks.copy(), plane.classes.index(self.class_)
        seen = self._seen(plane)
        rows, columns = region.crop(seen)
        instance = _instance(masks[c, rows, columns], plane.pixels(self.max_nm))
        edited[c, rows, columns] &= ~instance
        rows, columns = region.crop(seen.shift(*self.by))
        edited[:, rows, columns] &= ~instance
        edited[c, rows, columns] |= instance
        return edited

    def _seen(self, plane: Plane) -> Region:
        return Region(*self.at, 1, 1).grow(plane.pixels(self.max_nm) + 1)


def _instance(mask: Mask, widest: int) -> Mask:
    """The body through the middle of a mask, or nothing where there is none or it is too wide."""
    numbered, _ = ndimage.label(mask)
    number = numbered[mask.shape[0] // 2, mask.shape[1] // 2]
    body: Mask = (numbered == number) & (number > 0)
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    if len(rows) and max(np.ptp(rows), np.ptp(columns)) + 1 > widest:
        return np.zeros_like(body)
    return body


def _hull(first: Region, second: Region) -> Region:
    y0, x0 = min(first.y0, second.y0), min(first.x0, second.x0)
    height = max(first.y1, second.y1) - y0
    return Region(y0, x0, height, max(first.x1, second.x1) - x0)
