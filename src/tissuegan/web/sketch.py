"""Tissue at once: a window drawn on its own, before whole tiles of the canvas are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tissuegan.classes import LabelClasses
from tissuegan.models.model import Model
from tissuegan.region import Region
from tissuegan.tissue import Tissue


@dataclass(frozen=True, eq=False)
class Sketch:
    """The tissue of a canvas but for rounding: to look at until the canvas's own is there.

    A canvas makes whole tiles, four or more of labels for its first one of image; a small window
    needs less.

    Attributes:
        model: makes labels and images.
        seed: of the canvas.
    """

    model: Model
    seed: int
    bounds: ClassVar[None] = None

    @property
    def classes(self) -> LabelClasses:
        """Those of the model."""
        return self.model.classes

    @property
    def pixel_size_nm(self) -> float:
        """That of the model."""
        return self.model.pixel_size_nm

    def __getitem__(self, region: Region, /) -> Tissue:
        """Labels and, where the model makes them, image of a region."""
        labels, image = self.model.labels, self.model.image
        assert labels is not None
        around = region if image is None else image.context(region)
        masks = labels.draw(self.seed, around)
        grey = None
        if image is not None:
            grey = image.draw(self.seed, region, lambda part: masks[(..., *around.crop(part))])
        here = masks[(..., *around.crop(region))]
        return Tissue(here, grey, self.classes, self.pixel_size_nm, region)
