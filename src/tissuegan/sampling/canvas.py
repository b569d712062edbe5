"""The endless canvas: tissue as a function of model, seed and region."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import lcm
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models.completed import CompletedLabels
from tissuegan.models.model import Model
from tissuegan.models.synthesis import ImagePart, LabelPart, Masks
from tissuegan.region import Region
from tissuegan.sampling.tiles import Tiles
from tissuegan.tissue import Tissue

if TYPE_CHECKING:
    import dask.array
    import zarr

LABEL_TILE, IMAGE_TILE = 512, 512
CACHE_BYTES = 16 << 20
LAZY, LAZY_CHUNK = Region(0, 0, 1 << 16, 1 << 16), 1024


class Canvas:
    """``Canvas(model, seed)[region]``: endless, seamless tissue.

    A pixel depends on model, seed and its coordinates alone: not on the window asked for, the
    order of asking or what is cached. The image is made from the very masks that are returned.

    Args:
        model: a trained model that makes labels.
        seed: 0 to 2^64 - 1.
        cache_bytes: memory for computed tiles, for image, labels and their first stage each.

    Raises:
        UserError: the model makes no labels of its own.
    """

    bounds = None

    def __init__(self, model: Model, seed: int = 0, cache_bytes: int = CACHE_BYTES) -> None:
        if model.labels is None:
            raise UserError(f"The model {model.name} makes no labels of its own; {_remedy(model)}.")
        if not 0 <= seed < 2**64:
            raise UserError(f"The seed {seed} is not between 0 and 2^64 - 1.")
        self.model, self.seed = model, seed
        ahead = 0 if model.image is None else model.image.context(Region(0, 0, 1, 1)).y0
        self._labels = label_tiles(model.labels, ahead, seed, cache_bytes)
        self._image = None
        if model.image is not None:
            self._image = image_tiles(model.image, seed, self._labels.window, cache_bytes)

    @property
    def classes(self) -> LabelClasses:
        """The classes of the labels."""
        return self.model.classes

    @property
    def pixel_size_nm(self) -> float:
        """Side of a pixel in nanometres."""
        return self.model.pixel_size_nm

    @property
    def facts(self) -> dict[str, str]:
        """Provenance of all its tissue."""
        facts = {"model": self.model.name, "weights": self.model.digest}
        return {**facts, "seed": str(self.seed)}

    def __getitem__(self, region: Region, /) -> Tissue:
        """Labels and, where the model makes them, image of a region."""
        return Tissue(
            masks=self.masks(region),
            image=self.image(region),
            classes=self.classes,
            pixel_size_nm=self.pixel_size_nm,
            region=region,
            provenance=self.facts,
        )

    def masks(self, region: Region) -> Masks:
        """Labels bool (C, H, W)."""
        masks: Masks = self._labels.window(region)
        return masks

    def image(self, region: Region) -> NDArray[Any] | None:
        """Image (H, W), or None where the model makes none."""
        return None if self._image is None else self._image.window(region)

    def as_zarr(self, layer: str = "image", region: Region | None = None) -> zarr.Array[Any]:
        """The image, or a class's mask, as a zarr array whose chunks are computed when read.

        Args:
            layer: "image" or a class.
            region: whose upper left pixel is the array's first; left out, a terapixel from (0, 0).

        Raises:
            ValueError: there is no such layer.
        """
        from tissuegan.ome.virtual import virtual_array

        return virtual_array(self, layer, region)

    def as_dask(self, layer: str = "image", region: Region | None = None) -> dask.array.Array:
        """The same as a lazy Dask array in chunks of 1024 x 1024 pixels.

        Args:
            layer: "image" or a class.
            region: whose upper left pixel is the array's first; left out, 65,536 pixels a side
                from (0, 0) on: Dask's graphs are slow with millions of chunks.
        """
        import dask.array

        array = self.as_zarr(layer, region or LAZY)
        return dask.array.from_zarr(array, chunks=(LAZY_CHUNK, LAZY_CHUNK))


def _remedy(model: Model) -> str:
    """What to do with a model that needs something to begin with."""
    if model.segmenter is not None:
        return "use `tissuegan segment`"
    if model.image is not None and not model.image.reads_labels:
        return "train it again with a segmenter, by --set segmenter.start=MODEL"
    return f"use `tissuegan {'render' if model.completion is None else 'complete'}`"


def label_tiles(part: LabelPart, ahead: int, seed: int, keep: int) -> Tiles:
    """The labels' lattice, over that of their first stage where they have two.

    The side of a tile and the lattice's start are multiples of the stride, so that every tile has
    the same shape inside the network and rounds in the same way; :func:`image_tiles` likewise.
    The lattice starts ``ahead``, by the first row and column that a tile of the next one needs, so
    that such a tile takes four tiles of labels and not nine.
    """
    size = lcm(LABEL_TILE, part.stride)
    start = ahead // part.stride * part.stride
    draw = partial(part.draw, seed)
    if isinstance(part, CompletedLabels):
        around = part.context(Region(start, start, 1, 1)).y0
        draw = partial(draw, first=label_tiles(part.first, around, seed, keep).window)
    return Tiles(size, draw, keep, start)


def image_tiles(part: ImagePart, seed: int, labels: Callable[[Region], Masks], keep: int) -> Tiles:
    """The image's lattice over any labels, which are asked for around each tile."""
    size = lcm(IMAGE_TILE, part.stride)
    return Tiles(size, partial(part.draw, seed, labels=labels), keep)
