"""Labels in two stages, p(y1) p(y2 | y1): some classes from noise, the others for these."""

from __future__ import annotations

from collections.abc import Callable
from math import lcm

import numpy as np
import torch
from torch import Tensor

from tissuegan.models.completion import CompletionSynthesis
from tissuegan.models.synthesis import LabelSynthesis, Masks
from tissuegan.region import Region


class CompletedLabels:
    """Labels of any region: (seed, region) -> masks, with y = (y1, y2) as in section 3.

    Args:
        first: draws all classes from noise; those of y1 are kept.
        completion: draws y2 for them.
    """

    def __init__(self, first: LabelSynthesis, completion: CompletionSynthesis) -> None:
        self.first, self.completion = first, completion
        self.generator = first.generator

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return lcm(self.first.stride, self.completion.stride)

    def context(self, region: Region) -> Region:
        """The region whose classes y1 decide the classes y2 of ``region``."""
        return self.completion.context(region)

    def draw(
        self, seed: int, region: Region, first: Callable[[Region], Masks] | None = None
    ) -> Masks:
        """Masks bool (C, H, W) of a region, in pixels of the data's resolution.

        Args:
            seed: of both stages.
            region: any.
            first: answers with masks (C, h, w) whose classes y1 are those of the seed, where these
                are at hand.
        """
        around = self._around(seed, region) if first is None else first
        masks = around(region).copy()
        made = self.completion.draw(seed, region, lambda place: self._given(around(place)))
        masks[list(self.completion.division.made)] = made
        return masks

    @torch.inference_mode()
    def soft(self, seed: int, region: Region) -> Tensor:
        """Soft labels float32 (C, H, W) in [-1, 1]: those of y2 for y1 cut as it is now."""
        around = self._around(seed, region)
        soft = self.first.soft(seed, region)
        made = self.completion.soft(seed, region, lambda place: self._given(around(place)))
        soft[list(self.completion.division.made)] = made
        return soft

    def _around(self, seed: int, region: Region) -> Callable[[Region], Masks]:
        """Windows of what the first stage draws for a region and all that decides it."""
        whole = self.context(region)
        masks = self.first.draw(seed, whole)
        return lambda place: masks[(..., *whole.crop(place))]

    def _given(self, masks: Masks) -> Masks:
        given: Masks = np.ascontiguousarray(masks[list(self.completion.division.given)])
        return given
