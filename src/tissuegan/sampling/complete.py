"""Further classes for given ones: a source over a source."""

from __future__ import annotations

from math import lcm

import numpy as np

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models.completion import CompletionSynthesis
from tissuegan.models.model import Model
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region
from tissuegan.sampling.canvas import CACHE_BYTES
from tissuegan.sampling.render import class_order, continued
from tissuegan.sampling.tiles import Tiles
from tissuegan.tissue import Tissue, TissueSource

TILE = 512


class Completion:
    """A source with the classes that a model draws for the ones that are given.

    The given classes are the source's own; what it has of the made ones is not looked at. Beyond
    the bounds of the source its labels are continued by reflection. There is no image: it would
    not show the classes that are made.

    Args:
        model: a trained model that draws some classes for others.
        labels: where the given classes come from.
        seed: which of the possible answers.

    Raises:
        UserError: the model does no such thing, or a given class is missing.
    """

    def __init__(self, model: Model, labels: TissueSource, seed: int = 0) -> None:
        self.model, self.source, self.seed = model, labels, seed
        self.part = completion(model)
        names = tuple(model.classes.names[k] for k in self.part.division.given)
        self._order = class_order(labels.classes, model.classes.select(names))
        size = lcm(TILE, self.part.stride)
        self._tiles = Tiles(size, self._tile, CACHE_BYTES)

    @property
    def classes(self) -> LabelClasses:
        """The model's classes, given and made."""
        return self.model.classes

    @property
    def pixel_size_nm(self) -> float:
        """Side of a pixel of the labels in nanometres."""
        return self.source.pixel_size_nm

    @property
    def bounds(self) -> Region | None:
        """Those of the labels."""
        return self.source.bounds

    def __getitem__(self, region: Region, /) -> Tissue:
        """Given and made classes of a region; ValueError beyond the bounds."""
        masks = np.empty((len(self.classes), *region.shape), bool)
        masks[list(self.part.division.given)] = self.source[region].masks[self._order]
        masks[list(self.part.division.made)] = self._tiles.window(region)
        facts = {"completed by": self.model.name, "weights": self.model.digest}
        provenance = {**facts, "seed": str(self.seed)}
        return Tissue(masks, None, self.classes, self.pixel_size_nm, region, provenance)

    def _tile(self, place: Region) -> Masks:
        return self.part.draw(self.seed, place, self._around)

    def _around(self, region: Region) -> Masks:
        return continued(self.source, region)[self._order]


def completion(model: Model) -> CompletionSynthesis:
    """The part of a model that draws classes for given ones; UserError where it has none."""
    if model.completion is None:
        raise UserError(
            f"The model {model.name} does not draw some classes for others; use one that does, "
            "such as one trained by a recipe whose model is 'completion'."
        )
    return model.completion
