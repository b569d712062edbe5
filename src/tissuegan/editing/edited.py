"""A source over a source: the labels edited, and the image drawn again where that shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.classes import LabelClasses
from tissuegan.editing.edit import Plane
from tissuegan.editing.history import EditedLabels, is_local
from tissuegan.editing.script import AnyEdit, check_classes, script_json
from tissuegan.errors import UserError
from tissuegan.models.model import Model
from tissuegan.models.synthesis import ImagePart, Masks
from tissuegan.region import Region
from tissuegan.sampling.canvas import CACHE_BYTES, IMAGE_TILE, Canvas
from tissuegan.sampling.render import class_order, continued
from tissuegan.sampling.tiles import Tiles
from tissuegan.tissue import Tissue, TissueSource

LOCAL_TILE = 256


class Edited:
    """``Edited(source, edits)[region]``: the source as it is after the edits.

    A pixel depends on source, edits and its coordinates alone. The labels change only where an
    edit reaches; the image is drawn again only where it can see a changed label, by the canvas's
    own model or the one given, and is the source's own, bit for bit, everywhere else. Beyond the
    bounds of a source its labels are continued by reflection.

    Args:
        source: of the labels, and of the image where nothing has changed.
        edits: in order; leaving the last one out undoes it.
        model: draws the image; a canvas has its own, other sources have no image without one.
        seed: of the texture that the model draws, where it is not a canvas's own.

    Raises:
        UserError: an edit names a class that is not there, the model's classes are not all
            there, or the edits look too far.
    """

    def __init__(
        self,
        source: TissueSource,
        edits: Sequence[AnyEdit],
        model: Model | None = None,
        seed: int = 0,
    ) -> None:
        self.source: TissueSource = source
        self.edits: tuple[AnyEdit, ...] = tuple(edits)
        self.model: Model | None = source.model if isinstance(source, Canvas | Edited) else model
        self.seed: int = source.seed if isinstance(source, Canvas | Edited) else seed
        check_classes(self.edits, source.classes)
        self._original = labels_of(source)
        self._labels = EditedLabels(self._original, self.edits, self.plane, self._start())
        self._image = self._image_tiles()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels to other processes as what it was made of."""
        return Edited, (self.source, self.edits, self.model, self.seed)

    @property
    def classes(self) -> LabelClasses:
        """Those of the source."""
        return self.source.classes

    @property
    def pixel_size_nm(self) -> float:
        """That of the source."""
        return self.source.pixel_size_nm

    @property
    def bounds(self) -> Region | None:
        """Those of the source."""
        return self.source.bounds

    @property
    def plane(self) -> Plane:
        """Classes and pixel size of the source."""
        return Plane(self.classes, self.pixel_size_nm)

    def __getitem__(self, region: Region, /) -> Tissue:
        """Labels and image of a region; ValueError beyond the bounds."""
        if self.bounds is not None and not self.bounds.contains(region):
            raise ValueError(f"{region} is not inside {self.bounds}")
        image = None if self._image is None else self._image.window(region)
        facts = {**_facts(self.source), "edits": script_json(self.edits)}
        nm = self.pixel_size_nm
        return Tissue(self.masks(region), image, self.classes, nm, region, facts)

    def masks(self, region: Region) -> Masks:
        """Labels bool (C, H, W)."""
        return self._labels(region)

    def extended(self, edits: Sequence[AnyEdit]) -> Edited:
        """With further edits; the labels that were computed so far are kept."""
        longer = Edited(self.source, (*self.edits, *edits), self.model, self.seed)
        if all(map(is_local, edits)):
            longer._labels = EditedLabels(self._labels, tuple(edits), self.plane)
        return longer

    def _start(self) -> int:
        """Where the labels' tiles begin, so that a tile of the image needs few of them."""
        part = None if self.model is None else self.model.image
        return 0 if part is None else part.context(Region(0, 0, 1, 1)).y0

    def _image_tiles(self) -> Tiles | None:
        """The lattice of the image; that of the canvas where an edit is everywhere.

        Where all are local, tiles are smaller, since most of a large one is around them.
        """
        part = None if self.model is None else self.model.image
        if part is None or self.model is None:
            return None
        order = class_order(self.classes, self.model.classes)
        side = LOCAL_TILE if all(map(is_local, self.edits)) else IMAGE_TILE
        size = lcm(side, part.stride)
        return Tiles(size, lambda place: self._drawn(part, order, place), CACHE_BYTES)

    def _drawn(self, part: ImagePart, order: Sequence[int], place: Region) -> NDArray[Any]:
        """One tile: the source's where no changed label is seen, else drawn from the labels."""
        context = part.context(place)
        if not any(edit.touches(context, self.plane) for edit in self.edits):
            return self._own(place)
        context = context.align(part.stride)
        labels = self.masks(context)
        changed = (labels != self._original(context)).any(axis=0)
        if not changed.any():
            return self._own(place)
        drawn = part.draw(self.seed, place, lambda region: labels[(order, *context.crop(region))])
        seen = _seen_from(changed, part)[context.crop(place)]
        return drawn if seen.all() else np.where(seen, drawn, self._own(place))

    def _own(self, place: Region) -> NDArray[Any]:
        """The source's image of a tile, with nothing beyond its bounds."""
        inside = place if self.bounds is None else place.intersect(self.bounds)
        if inside is None:
            return np.zeros(place.shape, np.uint8)
        image = image_of(self.source, inside)
        whole = np.zeros(place.shape, image.dtype)
        whole[place.crop(inside)] = image
        return whole


def labels_of(source: TissueSource) -> Callable[[Region], Masks]:
    """Only the labels of a source, anywhere; a canvas makes them without its image."""
    if source.bounds is None and isinstance(source, Canvas | Edited):
        return source.masks
    return lambda region: continued(source, region)


def image_of(source: TissueSource, region: Region) -> NDArray[Any]:
    """Only the image of a source; UserError where it has none."""
    image = source.image(region) if isinstance(source, Canvas) else source[region].image
    if image is None:
        raise UserError("The labels have no image to keep; draw one with `tissuegan render`.")
    return image


def _facts(source: TissueSource) -> Mapping[str, str]:
    """The provenance of a source, of which as little as possible is looked at."""
    if isinstance(source, Edited):
        return _facts(source.source)
    if isinstance(source, Canvas):
        return source.facts
    corner = source.bounds or Region(0, 0, 1, 1)
    return source[Region(corner.y0, corner.x0, 1, 1)].provenance


def _seen_from(changed: NDArray[np.bool_], part: ImagePart) -> NDArray[np.bool_]:
    """The pixels whose image may depend on a changed label, in whole cells of the stride.

    Args:
        changed: bool (H, W), of a region of whole cells.
        part: draws the image.
    """
    stride = part.stride
    seen = part.context(Region(0, 0, stride, stride))
    reach = -(-max(-seen.y0, seen.y1 - stride, -seen.x0, seen.x1 - stride) // stride)
    height, width = changed.shape
    cells = changed.reshape(height // stride, stride, width // stride, stride).any(axis=(1, 3))
    near = ndimage.maximum_filter(cells, 2 * reach + 1, mode="constant")
    return np.asarray(near.repeat(stride, axis=0).repeat(stride, axis=1), bool)
