"""The canvas's noise as tensors: a function of seed, stream and region."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tissuegan.noise import normals
from tissuegan.region import Region

STREAMS = 1 << 16


@dataclass(frozen=True)
class CanvasNoise:
    """N(0, 1) from :func:`tissuegan.noise.normals`; parts of a model differ in ``part``."""

    seed: int
    part: int

    def __call__(self, stream: int, region: Region, channels: int) -> Tensor:
        """(1, channels, H, W) float32 for one of the network's streams."""
        return torch.from_numpy(normals(self.seed, self.part * STREAMS + stream, region, channels))[
            None
        ]
