"""A trained conditional label generator: (seed, region, given classes) -> the other classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.generators import ConditionalGenerator
from tissuegan.models.noise import CanvasNoise
from tissuegan.models.soft import soft_labels
from tissuegan.models.synthesis import (
    COMPLETION,
    NO_CLEANING,
    Masks,
    enlarged,
    enlarged_alone,
    for_sampling,
    side_by_side,
    small_regions,
)
from tissuegan.networks.cleaning import Cleaning
from tissuegan.networks.geometry import Field, crop, refined_region
from tissuegan.region import Region


class CompletionSynthesis:
    """Classes y2 of any region, given the classes y1 around it.

    Args:
        generator: trained; it is changed for sampling and must not be trained further.
        division: which of the model's classes are given and which are made.
        doublings: how often the generator's output is enlarged by two to the data's resolution.
        thresholds: one for each of the model's classes; left out, 0.
        smooth: as for :func:`tissuegan.models.soft.soft_labels`.
        cleaning: of what the generator draws, before it is enlarged.
    """

    def __init__(
        self,
        generator: ConditionalGenerator,
        division: Division,
        doublings: int,
        thresholds: Sequence[float] | None = None,
        smooth: bool = True,
        cleaning: Cleaning = NO_CLEANING,
    ) -> None:
        self.geometry = cleaning.of(generator.geometry())
        self.division, self.doublings, self.smooth = division, doublings, smooth
        self.cleaning = cleaning
        cuts = [0.0] * len(division.made)
        if thresholds is not None:
            cuts = [thresholds[k] for k in division.made]
        self.thresholds = torch.tensor(cuts)
        self.generator = for_sampling(generator)

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return self.geometry.stride << self.doublings

    def context(self, region: Region) -> Region:
        """The region whose given classes decide the others in ``region``."""
        if self.geometry.fixed:
            return region.align(self.stride).grow(self._rim)
        wanted = small_regions(region, self.doublings)[-1]
        around = self.geometry.input_region(wanted).grow(1)
        return refined_region(around, 1 << self.doublings)

    def draw(self, seed: int, region: Region, given: Callable[[Region], Masks]) -> Masks:
        """Masks bool (C2, H, W) of the made classes; ``given`` answers with masks (C1, h, w)."""
        soft = self.soft(seed, region, given)
        masks: Masks = (soft > self.thresholds[:, None, None]).numpy()
        return masks

    @torch.inference_mode()
    def soft(self, seed: int, region: Region, given: Callable[[Region], Masks]) -> Tensor:
        """Soft labels float32 (C2, H, W) in [-1, 1], before the thresholds."""
        if self.geometry.fixed:
            return side_by_side(region, self.stride, lambda place: self._alone(seed, place, given))
        sizes = small_regions(region, self.doublings)
        drawn = crop(self._drawn(seed, region, given), sizes[-1])
        return enlarged(drawn, sizes).values[0]

    @property
    def _rim(self) -> int:
        """Pixels of the data that smoothing takes from each side."""
        return int(self.smooth) << self.doublings

    def _alone(self, seed: int, place: Region, given: Callable[[Region], Masks]) -> Tensor:
        """The field (C2, side, side) of one cell of the lattice, at the data's resolution."""
        return enlarged_alone(self._drawn(seed, place, given).values, self.stride)[0]

    def _drawn(self, seed: int, region: Region, given: Callable[[Region], Masks]) -> Field:
        """What the generator draws, at its own resolution, for the context of a region."""
        context = self.context(region)
        masks = torch.from_numpy(given(context).astype(np.float32))[None]
        ordered = masks.contiguous(memory_format=torch.channels_last)
        condition = soft_labels(Field(ordered, context), 1 << self.doublings, self.smooth)
        return self.cleaning(self.generator(condition, CanvasNoise(seed, COMPLETION)))
