"""Edits of thin structures: take open pieces away, close small gaps."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage

from tissuegan.editing.edit import ClassName, Edit, Nanometres, Plane
from tissuegan.editing.skeleton import Mask, centre_lines, line_ends, steps_along, without_branches
from tissuegan.editing.strokes import near_segment
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region

Box = tuple[slice, slice]

THICKEST_NM = 60.0
"""Half the thickness up to which a structure is a line; the core of a thicker one is left alone."""

CORNER = 1.5
"""How far the corner of a line's mask is from the line at most, in half thicknesses."""

TOUCHING = 1.5
"""Less than that, in pixels, and two pixels of lines are neighbours."""

DETOUR = 3
"""How much longer the way along the lines is than straight, where an end is joined to them."""


class RemoveOpen(Edit):
    """Takes away what ends in nothing: dangling branches, and pieces that close no outline.

    Attributes:
        class_: whose mask.
        max_nm: length up to which a branch is taken away; longer ones are left alone.
    """

    edit: Literal["remove-open"] = "remove-open"
    class_: ClassName = Field(alias="class")
    max_nm: Nanometres = 300.0

    def needs(self, place: Region, plane: Plane) -> Region:
        """Thinning, pruning and growing back, the piece that goes, and the width of a line."""
        half = plane.pixels(THICKEST_NM)
        return place.grow(5 * half + 4 * plane.pixels(self.max_nm) + 4)

    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:  # noqa: ARG002
        """A pixel goes with the part of the centre line that is nearest to it in its piece."""
        edited, c = masks.copy(), plane.classes.index(self.class_)
        half = plane.pixels(THICKEST_NM)
        lines = centre_lines(masks[c], half)
        kept = without_branches(lines, plane.pixels(self.max_nm))
        gone = _sticking_out(lines, kept, masks[c], half)
        for box in _boxes(gone, 2 * half + 2):
            nearest, others = _distance(gone[box]), (lines & ~gone)[box]
            stays = (nearest > half + 1) | (nearest >= _distance(others))
            edited[c][box] &= stays | ~_pieces_with(masks[c][box], gone[box])
        return edited


class CloseGaps(Edit):
    """Continues each end of a line straight to the nearest line apart from it, over small gaps.

    Attributes:
        class_: whose mask.
        max_nm: the widest gap that is closed.
    """

    edit: Literal["close-gaps"] = "close-gaps"
    class_: ClassName = Field(alias="class")
    max_nm: Nanometres = 40.0

    def needs(self, place: Region, plane: Plane) -> Region:
        """Thinning and pruning, then from an end across the gap, and the other way round."""
        half = plane.pixels(THICKEST_NM)
        return place.grow(6 * half + 2 * self._far(plane) + 4)

    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:
        """Bridges as thick as the lines around them."""
        edited, c = masks.copy(), plane.classes.index(self.class_)
        half, far = plane.pixels(THICKEST_NM), self._far(plane)
        lines = without_branches(centre_lines(masks[c], half), half)
        for end in np.argwhere(line_ends(lines)):
            box, wide = (_around(end, far + k, lines.shape) for k in (0, half))
            here = (int(end[0]) - box[0].start, int(end[1]) - box[1].start)
            other = _nearest_other(lines[box], here, far)
            gap = np.inf if other is None else _gap(masks[c][box], here, other)
            if other is not None and gap <= self.max_nm / plane.pixel_size_nm:
                width = _half_width(masks[c][wide], lines[wide], half)
                region = Region(0, 0, *lines[box].shape)
                edited[c][box] |= near_segment(region, here, other, width)
        return edited

    def _far(self, plane: Plane) -> int:
        """From centre line to centre line: the gap, and half the thickness on either side."""
        return plane.pixels(self.max_nm) + 2 * plane.pixels(THICKEST_NM)


def _sticking_out(lines: Mask, kept: Mask, mask: Mask, half: int) -> Mask:
    """What was lost of the lines but for the corners of their mask.

    A piece goes that hangs on nothing, or that leads further from the lines kept than a corner.

    The lines of a thick structure run into its corners, and its outline is not to be cut.
    """
    lost = lines & ~kept
    if not (lost.any() and kept.any()):
        return lost
    distance, nearest = ndimage.distance_transform_edt(~kept, return_indices=True)
    width = np.minimum(ndimage.distance_transform_edt(mask), half)
    outside = distance > CORNER * width[tuple(nearest)] + 1
    attached = _pieces_with(lost, distance < TOUCHING)
    return _pieces_with(lost, outside) | (lost & ~attached)


def _pieces_with(mask: Mask, marks: Mask) -> Mask:
    """The 8-connected pieces of a mask that have a mark on them."""
    pieces, _ = ndimage.label(mask, np.ones((3, 3)))
    return np.isin(pieces, pieces[mask & marks])


def _distance(mask: Mask) -> NDArray[np.float64]:
    """To the nearest pixel of a mask; infinite where there is none."""
    if not mask.any():
        return np.full(mask.shape, np.inf)
    distance: NDArray[np.float64] = ndimage.distance_transform_edt(~mask)
    return distance


def _half_width(mask: Mask, lines: Mask, most: int) -> float:
    """The median distance from a line to the edge of its mask, in pixels."""
    distance = ndimage.distance_transform_edt(mask)
    return float(np.minimum(np.median(distance[lines]), most))


def _boxes(mask: Mask, margin: int) -> list[Box]:
    """Boxes around the 8-connected pieces of a mask, grown by a margin."""
    pieces, _ = ndimage.label(mask, np.ones((3, 3)))
    return [
        tuple(  # type: ignore[misc]
            slice(max(0, side.start - margin), side.stop + margin) for side in box
        )
        for box in ndimage.find_objects(pieces)
    ]


def _around(middle: NDArray[np.intp], far: int, shape: tuple[int, ...]) -> Box:
    y, x = int(middle[0]), int(middle[1])
    rows = slice(max(0, y - far), min(shape[0], y + far + 1))
    return rows, slice(max(0, x - far), min(shape[1], x + far + 1))


def _nearest_other(lines: Mask, end: tuple[int, int], far: int) -> tuple[int, int] | None:
    """The nearest pixel of a line to which the way along the lines is long, in this box."""
    there = np.argwhere(lines)
    straight = np.hypot(*(there - end).T)
    along = steps_along(lines, end, DETOUR * far)[lines]
    other = (straight <= far) & (along > DETOUR * straight)
    if not other.any():
        return None
    y, x = there[other][straight[other].argmin()]
    return int(y), int(x)


def _gap(mask: Mask, start: tuple[int, int], stop: tuple[int, int]) -> float:
    """Length in pixels of what lies outside a mask on the way from a point to another."""
    length = float(np.hypot(stop[0] - start[0], stop[1] - start[1]))
    steps = max(1, round(2 * length))
    way = np.linspace(start, stop, steps + 1).round().astype(int)
    outside = ~mask[way[:, 0], way[:, 1]]
    return float(outside.mean() * length)
