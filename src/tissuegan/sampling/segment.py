"""Labels of given images: a source over an image of any size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.data.section import Micrograph
from tissuegan.errors import UserError
from tissuegan.models.model import Model
from tissuegan.models.segmentation import Segmentation
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region
from tissuegan.sampling.canvas import CACHE_BYTES
from tissuegan.sampling.render import reflected
from tissuegan.sampling.tiles import Tiles
from tissuegan.tissue import Tissue

TILE = 512
THRESHOLD = 0.5


class Segmented:
    """An image with the labels that a model sees in it.

    The image is continued by reflection and read in tiles of one lattice, each with enough around
    it that no pixel feels where the tile ends: labels do not depend on the window asked for.

    Args:
        model: a trained model that segments.
        micrograph: the image.

    Raises:
        UserError: the model does not segment, or it learnt from images of another type.
    """

    def __init__(self, model: Model, micrograph: Micrograph) -> None:
        self.model, self.image = model, micrograph.image
        self.part = check_readable(model, micrograph)
        self.pixel_size_nm = micrograph.pixel_size_nm
        self.bounds = Region(0, 0, *self.image.shape)
        self._tiles = Tiles(self._side(), self._tile, CACHE_BYTES)

    @property
    def classes(self) -> LabelClasses:
        """The model's classes."""
        return self.model.classes

    def __getitem__(self, region: Region, /) -> Tissue:
        """Image and labels of a region; ValueError beyond the image."""
        return Tissue(
            masks=self.masks(region),
            image=self.image[self.bounds.crop(region)],
            classes=self.classes,
            pixel_size_nm=self.pixel_size_nm,
            region=region,
            provenance={"segmented by": self.model.name, "weights": self.model.digest},
        )

    def masks(self, region: Region) -> Masks:
        """Labels bool (C, H, W): where a class is more probable than not."""
        masks: Masks = self.probabilities(region) > THRESHOLD
        return masks

    def probabilities(self, region: Region) -> NDArray[np.float32]:
        """Probability of each class, float32 (C, H, W); classes may overlap."""
        found: NDArray[np.float32] = self._tiles.window(region)
        return found

    def _side(self) -> int:
        """Of the tiles: whole cells, and one tile where the image is small."""
        stride = self.part.geometry.stride
        longest = max(int(side) for side in self.image.shape)
        return min(TILE, -(-longest // stride) * stride)

    def _tile(self, place: Region) -> NDArray[np.float32]:
        return self.part.probabilities(place, self._around)

    def _around(self, region: Region) -> NDArray[Any]:
        height, width = self.image.shape
        rows = reflected(region.y0, region.y1, 0, height)
        columns = reflected(region.x0, region.x1, 0, width)
        return self.image[rows[:, None], columns[None, :]]


def segmenting(model: Model) -> Segmentation:
    """The part of a model that segments; UserError where it has none."""
    if model.segmenter is None:
        raise UserError(
            f"The model {model.name} does not segment images; use one that does, such as "
            "vnc-segmenter."
        )
    return model.segmenter


def check_readable(model: Model, micrograph: Micrograph) -> Segmentation:
    """The part of a model that segments; UserError where it has none, or none for this image."""
    part = segmenting(model)
    have, want = str(micrograph.image.dtype), part.intensity.dtype
    if have != want:
        raise UserError(
            f"The image {micrograph.name} is {have} but {model.name} learnt from {want}; convert "
            "it to the same grey levels."
        )
    return part


def segment_image(model: Model, image: NDArray[Any]) -> NDArray[np.float32]:
    """Probability of each class in an image (H, W): float32 (C, H, W)."""
    source = Segmented(model, Micrograph("image", image, model.pixel_size_nm))
    return source.probabilities(source.bounds)
