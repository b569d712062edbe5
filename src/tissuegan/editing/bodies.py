"""Edits of bodies, that is 4-connected components: drop small or concave ones, or fill them out.

The holes of a class are the bodies of what is not of it.

A body whose bounding box is wider or higher than ``max_nm`` is left alone: so a pixel depends on
what lies within that distance and no farther, on an endless plane too.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field
from scipy import ndimage
from skimage.measure import regionprops

from tissuegan.editing.edit import ClassName, Edit, Nanometres, Plane
from tissuegan.editing.skeleton import Mask
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region

WIDEST_NM = 800.0


class BodyEdit(Edit):
    """An edit of each body of a class on its own.

    Attributes:
        class_: whose mask.
        max_nm: side of the largest bounding box of a body that is looked at.
    """

    class_: ClassName = Field(alias="class")
    max_nm: Nanometres = WIDEST_NM

    def needs(self, place: Region, plane: Plane) -> Region:
        """A pixel more than the largest body, to see that it ends."""
        return place.grow(plane.pixels(self.max_nm) + 1)

    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:  # noqa: ARG002
        """Every body that is seen whole and is not too large."""
        edited, c = masks.copy(), plane.classes.index(self.class_)
        others: Mask = np.any(np.delete(masks, c, axis=0), axis=0, keepdims=False)
        for body in whole_bodies(self.looked_at(masks[c]), plane.pixels(self.max_nm)):
            self.change(edited[c], body, others, plane)
        return edited

    def looked_at(self, mask: Mask) -> Mask:
        """Whose bodies are meant: those of the class, from its mask (H, W)."""
        return mask

    @abstractmethod
    def change(self, mask: Mask, body: Any, others: Mask, plane: Plane) -> None:
        """Changes a mask (H, W), in place, where one body is.

        Args:
            mask: of the class.
            body: its properties, by scikit-image.
            others: the pixels of any other class, bool (H, W).
            plane: classes and pixel size.
        """


class DropSmall(BodyEdit):
    """Takes bodies away that are smaller than ``min_nm2``."""

    edit: Literal["drop-small"] = "drop-small"
    min_nm2: Annotated[float, Field(gt=0, le=1e8, allow_inf_nan=False)] = 20000.0

    def change(self, mask: Mask, body: Any, others: Mask, plane: Plane) -> None:  # noqa: ARG002
        """By area in nm²."""
        if body.area * plane.pixel_size_nm**2 < self.min_nm2:
            mask[body.slice][body.image] = False


class FillHoles(BodyEdit):
    """Fills holes of a class that are smaller than ``max_nm2`` and have no other class in them."""

    edit: Literal["fill-holes"] = "fill-holes"
    max_nm2: Annotated[float, Field(gt=0, le=1e8, allow_inf_nan=False)] = 2000.0

    def looked_at(self, mask: Mask) -> Mask:
        """The bodies of what is not of the class, from its mask (H, W)."""
        return ~mask

    def change(self, mask: Mask, body: Any, others: Mask, plane: Plane) -> None:
        """Only adds."""
        small = body.area * plane.pixel_size_nm**2 < self.max_nm2
        if small and not others[body.slice][body.image].any():
            mask[body.slice][body.image] = True


class RemoveConcave(BodyEdit):
    """Takes bodies away whose solidity (area to that of the convex hull) is below a value."""

    edit: Literal["remove-concave"] = "remove-concave"
    solidity: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.9

    def change(self, mask: Mask, body: Any, others: Mask, plane: Plane) -> None:  # noqa: ARG002
        """By solidity."""
        if body.solidity < self.solidity:
            mask[body.slice][body.image] = False


class Convex(BodyEdit):
    """Fills bodies out to their convex hulls, as far as no other class is there."""

    edit: Literal["convex"] = "convex"

    def change(self, mask: Mask, body: Any, others: Mask, plane: Plane) -> None:  # noqa: ARG002
        """Only adds."""
        mask[body.slice] |= body.image_convex & ~others[body.slice]


def whole_bodies(mask: Mask, widest: int) -> Iterator[Any]:
    """The bodies that do not touch the border of a mask and fit into so many pixels."""
    numbered, _ = ndimage.label(mask)
    for body in regionprops(numbered):
        y0, x0, y1, x1 = body.bbox
        off_border = min(y0, x0) > 0 and y1 < mask.shape[0] and x1 < mask.shape[1]
        if off_border and max(y1 - y0, x1 - x0) <= widest:
            yield body
