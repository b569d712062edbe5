"""Noise for training: a function of seed and step, drawn for the whole batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tissuegan.region import Region


@dataclass(frozen=True)
class StepNoise:
    """N(0, 1) for one step; calls in the same order give the same values.

    Every process draws the noise of the global batch and keeps its own rows, so that the values do
    not depend on the number of processes.
    """

    generator: torch.Generator
    batch: int
    rank: int = 0
    world: int = 1

    def __call__(self, _stream: int, region: Region, channels: int) -> Tensor:
        """(B, channels, H, W) float32; the region only gives the size."""
        shape = (self.batch, channels, *region.shape)
        device = self.generator.device
        drawn = torch.randn(shape, generator=self.generator, device=device)
        return drawn[self.rank :: self.world]


def step_noise(
    seed: int, step: int, batch: int, device: torch.device, rank: int = 0, world: int = 1
) -> StepNoise:
    """The noise of one step."""
    word = np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0]
    generator = torch.Generator(device).manual_seed(int(word) & (2**63 - 1))
    return StepNoise(generator, batch, rank, world)
