"""Labels after a list of edits, of any window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tissuegan.editing.edit import Edit, Plane
from tissuegan.editing.placed import Delete, Move
from tissuegan.editing.strokes import Stroke
from tissuegan.errors import UserError
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region
from tissuegan.sampling.tiles import Tiles

TILE = 1024
TILE_BYTES = 64 << 20
MOST_PIXELS = 1 << 25


class EditedLabels:
    """``EditedLabels(labels, edits, plane)[region]``: labels of any region after the edits.

    The edits are of bounded reach, so that a window is decided by a larger one before them. Up
    to the last edit that is everywhere, whole tiles are computed and kept.

    Args:
        labels: of any region, bool (C, H, W).
        edits: in order.
        plane: classes and pixel size.
        start: a row and column at which tiles begin.

    Raises:
        UserError: the edits look so far that a tile needs more than :data:`MOST_PIXELS`.
    """

    def __init__(
        self,
        labels: Callable[[Region], Masks],
        edits: Sequence[Edit],
        plane: Plane,
        start: int = 0,
    ) -> None:
        self._edits, self._plane = tuple(edits), plane
        first = max((k for k, e in enumerate(edits, 1) if not is_local(e)), default=0)
        self._everywhere, self._local = self._edits[:first], self._edits[first:]
        self._below = labels
        if self._everywhere:
            self._steps(Region(0, 0, TILE, TILE), self._everywhere)
            tiles = Tiles(
                TILE, lambda place: self._after(self._everywhere, labels, place), TILE_BYTES, start
            )
            self._below = tiles.window

    def __call__(self, region: Region) -> Masks:
        """Labels bool (C, H, W) after all edits."""
        return self._after(self._local, self._below, region)

    def _after(
        self, edits: Sequence[Edit], labels: Callable[[Region], Masks], place: Region
    ) -> Masks:
        steps = self._steps(place, edits)
        masks = labels(steps[-1][1]) if steps else labels(place)
        for edit, given, wanted in reversed(steps):
            masks = edit.apply(masks, given, self._plane)[(slice(None), *given.crop(wanted))]
        return masks

    def _steps(self, place: Region, edits: Sequence[Edit]) -> list[tuple[Edit, Region, Region]]:
        """The edits that matter, last first, each with what it is given and what is wanted."""
        return list(self._walk(place, edits))

    def _walk(self, wanted: Region, edits: Sequence[Edit]) -> Iterator[tuple[Edit, Region, Region]]:
        for edit in reversed(edits):
            if edit.touches(wanted, self._plane):
                given = edit.needs(wanted, self._plane)
                if given.area > MOST_PIXELS:
                    raise UserError(
                        f"The edits together look too far around, to {given.height}x{given.width} "
                        "pixels; give them a smaller max_nm, or write in between"
                    )
                yield edit, given, wanted
                wanted = given


def is_local(edit: Edit) -> bool:
    """Whether an edit is of one place, and not of the whole plane."""
    return isinstance(edit, Stroke | Move | Delete)
