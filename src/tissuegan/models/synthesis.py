"""Trained generators as functions of seed and region: what the canvas is made of.

Both functions compute any region asked for. Convolutions round differently for different shapes,
so the canvas always asks for whole tiles of one lattice; see :mod:`tissuegan.sampling`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from tissuegan.data.intensity import Intensity
from tissuegan.models.generators import ConditionalGenerator, NoiseGenerator
from tissuegan.models.noise import CanvasNoise
from tissuegan.models.pieces import without_pieces
from tissuegan.networks.cleaning import Cleaning
from tissuegan.networks.geometry import Field, coarsened_region, crop, enlargeable_from, upsample
from tissuegan.networks.layers import fold
from tissuegan.region import Region

Masks = NDArray[np.bool_]
LABELS, IMAGE, COMPLETION = 1, 2, 3
NO_CLEANING = Cleaning()


class LabelPart(Protocol):
    """Makes labels of any region from noise."""

    generator: nn.Module

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        ...

    def draw(self, seed: int, region: Region) -> Masks:
        """Masks bool (C, H, W) of a region, in pixels of the data's resolution."""
        ...


class ImagePart(Protocol):
    """Makes the image of any region, given the labels around it."""

    generator: nn.Module
    intensity: Intensity
    reads_labels: bool

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        ...

    def context(self, region: Region) -> Region:
        """The region whose labels decide the image of ``region``."""
        ...

    def draw(self, seed: int, region: Region, labels: Callable[[Region], Masks]) -> NDArray[Any]:
        """Image (H, W) in the training data's dtype; ``labels`` answers with masks (C, h, w)."""
        ...


def for_sampling(network: nn.Module) -> nn.Module:
    """A trained network with its normalisations folded, in ``eval`` mode and without gradients."""
    folded = fold(network).eval().requires_grad_(False)
    return folded.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def small_regions(region: Region, doublings: int) -> list[Region]:
    """A region, and what it is enlarged from by each doubling, the smallest last."""
    sizes = [region]
    for _ in range(doublings):
        sizes.append(enlargeable_from(sizes[-1]))
    return sizes


def enlarged(field: Field, sizes: Sequence[Region]) -> Field:
    """A field on the smallest of :func:`small_regions`, enlarged to the largest."""
    for size in reversed(sizes[:-1]):
        field = crop(upsample(field), size)
    return field


def enlarged_alone(values: Tensor, side: int) -> Tensor:
    """A whole field (B, C, h, h) as one of ``side`` x ``side`` pixels, which has no neighbours."""
    return F.interpolate(values, (side, side), mode="bilinear", align_corners=False)


def side_by_side(region: Region, side: int, draw: Callable[[Region], Tensor]) -> Tensor:
    """Values (C, H, W) of a region from whole fields (C, side, side), one a cell of a lattice."""
    out: Tensor | None = None
    for place in region.tiles(side):
        part, field = place.intersect(region), draw(place)
        assert part is not None
        if out is None:
            out = field.new_empty((field.shape[0], *region.shape))
        out[(..., *region.crop(part))] = field[(..., *place.crop(part))]
    assert out is not None
    return out


class LabelSynthesis:
    """Labels of any region: (seed, region) -> masks.

    A generator of one fixed size makes a field for each cell of the lattice of that size, and each
    for itself: the borders between them are seams, and can be seen.

    Args:
        generator: trained; it is changed for sampling and must not be trained further.
        doublings: how often the generator's output is enlarged by two to the data's resolution.
        thresholds: the soft value in [-1, 1] of each class above which a pixel belongs to it;
            left out, 0.
        cleaning: of what the generator draws, before it is enlarged.
        pieces: side, in pixels of the generator, of the square: bodies that fit into it are left
            out; 0 leaves none out.
    """

    def __init__(
        self,
        generator: NoiseGenerator,
        doublings: int,
        thresholds: Sequence[float] | None = None,
        cleaning: Cleaning = NO_CLEANING,
        pieces: int = 0,
    ) -> None:
        self.geometry = cleaning.of(generator.geometry())
        self.pieces = pieces << doublings
        self.doublings, self.cleaning = doublings, cleaning
        self.thresholds = torch.tensor(thresholds or [0.0])
        self.generator = for_sampling(generator)

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return self.geometry.stride << self.doublings

    def draw(self, seed: int, region: Region) -> Masks:
        """Masks bool (C, H, W) of a region, in pixels of the data's resolution."""
        around = region.grow(self.pieces)
        masks: Masks = (self.soft(seed, around) > self.thresholds[:, None, None]).numpy()
        return without_pieces(masks, self.pieces)[(..., *around.crop(region))]

    @torch.inference_mode()
    def soft(self, seed: int, region: Region) -> Tensor:
        """Soft labels float32 (C, H, W) in [-1, 1], before thresholds; no piece is left out."""
        if self.geometry.fixed:
            return side_by_side(region, self.stride, partial(self._alone, seed))
        sizes = small_regions(region, self.doublings)
        wanted = sizes[-1]
        cells = coarsened_region(self.geometry.input_region(wanted), self.geometry.stride)
        drawn = self.cleaning(self.generator(cells, CanvasNoise(seed, LABELS)))
        return enlarged(crop(drawn, wanted), sizes).values[0]

    def _alone(self, seed: int, place: Region) -> Tensor:
        """The field (C, side, side) of one cell of the lattice, at the data's resolution."""
        cell = coarsened_region(place, self.stride)
        drawn = self.generator(cell, CanvasNoise(seed, LABELS)).values
        return enlarged_alone(drawn, self.stride)[0]


class ImageSynthesis:
    """The image of any region, given the labels around it: (seed, region, labels) -> image.

    A generator of one fixed size draws each cell of the lattice of that size for itself.

    Args:
        generator: trained; it is changed for sampling and must not be trained further.
        intensity: grey values of the training images.
    """

    reads_labels = True

    def __init__(self, generator: ConditionalGenerator, intensity: Intensity) -> None:
        self.geometry = generator.geometry()
        self.intensity = intensity
        self.generator = for_sampling(generator)

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return self.geometry.stride

    def context(self, region: Region) -> Region:
        """The region whose labels decide the image of ``region``."""
        return self.geometry.input_region(region)

    @torch.inference_mode()
    def draw(self, seed: int, region: Region, labels: Callable[[Region], Masks]) -> NDArray[Any]:
        """Image (H, W) in the training data's dtype; ``labels`` answers with masks (C, h, w)."""
        if self.geometry.fixed:
            whole = partial(self._drawn, seed, labels)
            values = side_by_side(region, self.stride, lambda place: whole(place).values[0])
        else:
            values = crop(self._drawn(seed, labels, region), region).values[0]
        return self.intensity.to_pixels(values[0].numpy())

    def _drawn(self, seed: int, labels: Callable[[Region], Masks], region: Region) -> Field:
        """What the generator draws for the context of a region."""
        context = self.context(region)
        signs = torch.from_numpy(labels(context)).float().mul_(2).sub_(1)[None]
        condition = Field(signs.contiguous(memory_format=torch.channels_last), context)
        drawn: Field = self.generator(condition, CanvasNoise(seed, IMAGE))
        return drawn
