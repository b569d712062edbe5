"""Images of given labels: a source over a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models.model import Model
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region
from tissuegan.sampling.canvas import CACHE_BYTES, image_tiles
from tissuegan.tissue import Tissue, TissueSource


class Rendering:
    """A source with the images that a model draws for its labels.

    Beyond the bounds of the source its labels are continued by reflection, so that the image is
    complete to the last pixel. Given a canvas's own labels far from any bound, it draws the
    canvas's own image.

    Args:
        model: a trained model that makes images.
        labels: where the labels come from; it must have all of the model's classes.
        seed: of the texture.

    Raises:
        UserError: the model makes no images, or a class is missing.
    """

    def __init__(self, model: Model, labels: TissueSource, seed: int = 0) -> None:
        if model.image is None or not model.image.reads_labels:
            raise UserError(
                f"The model {model.name} makes no images of given labels; use one that does."
            )
        self.model, self.source, self.seed = model, labels, seed
        self._order = class_order(labels.classes, model.classes)
        self._tiles = image_tiles(model.image, seed, self._around, CACHE_BYTES)

    @property
    def classes(self) -> LabelClasses:
        """The classes of the labels."""
        return self.source.classes

    @property
    def pixel_size_nm(self) -> float:
        """Side of a pixel of the labels in nanometres."""
        return self.source.pixel_size_nm

    @property
    def bounds(self) -> Region | None:
        """Those of the labels."""
        return self.source.bounds

    def __getitem__(self, region: Region, /) -> Tissue:
        """The source's tissue with a new image; ValueError beyond the bounds."""
        tissue = self.source[region]
        facts = {"rendered by": self.model.name, "weights": self.model.digest}
        provenance = {**facts, "seed": str(self.seed)}
        return replace(tissue, image=self._tiles.window(region), provenance=provenance)

    def _around(self, region: Region) -> Masks:
        return continued(self.source, region)[self._order]


def continued(source: TissueSource, region: Region) -> Masks:
    """Masks bool (C, H, W) of a source, continued by reflection beyond its bounds."""
    bounds = source.bounds
    if bounds is None:
        return source[region].masks
    rows = reflected(region.y0, region.y1, bounds.y0, bounds.height)
    columns = reflected(region.x0, region.x1, bounds.x0, bounds.width)
    needed = _hull(rows, columns)
    masks = source[needed].masks
    return masks[:, rows[:, None] - needed.y0, columns[None, :] - needed.x0]


def class_order(have: LabelClasses, want: LabelClasses) -> Sequence[int]:
    """Where the wanted classes are among those at hand; UserError if one is missing."""
    missing = [name for name in want.names if name not in have.names]
    if missing:
        raise UserError(
            f"The labels have no class {', '.join(missing)} (they have {', '.join(have.names)}); "
            "add it under labels/ or name it in dataset.toml."
        )
    return [have.names.index(name) for name in want.names]


def reflected(start: int, stop: int, first: int, size: int) -> NDArray[np.intp]:
    """Coordinates ``start .. stop`` folded into ``first .. first + size`` by reflection."""
    folded = (np.arange(stop - start) + (start - first) % (2 * size)) % (2 * size)
    return np.where(folded < size, folded, 2 * size - 1 - folded) + first


def _hull(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Region:
    y0, x0 = int(rows.min()), int(columns.min())
    return Region(y0, x0, int(rows.max()) - y0 + 1, int(columns.max()) - x0 + 1)
