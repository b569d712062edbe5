"""The joint GAN: noise to labels and image at once (Eq. 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

import torch
from torch import Tensor

from tissuegan.models.noise_gan import NoiseGAN, small_image
from tissuegan.models.phases import Step
from tissuegan.models.pictures import grey, painted
from tissuegan.models.settings import JointSettings, Parts
from tissuegan.models.soft import soft_labels
from tissuegan.networks.geometry import Field
from tissuegan.region import Region


class JointGAN(NoiseGAN):
    """A GAN over x' = (y, x): one generator makes C label channels and the image after them.

    Args:
        classes: number of label channels C.
        settings: networks and optimisers.
    """

    parts: ClassVar = ("joint",)
    part: ClassVar = "joint"

    def __init__(self, classes: int, settings: JointSettings) -> None:
        super().__init__(classes + 1, classes, settings)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``joint``."""
        return cls(len(classes), settings.part("joint", JointSettings))

    def target(self, step: Step) -> Tensor:
        """Real soft labels and image (B, C + 1, h, w), at the generator's resolution."""
        masks = Field(step.masks, Region(0, 0, step.masks.shape[-2], step.masks.shape[-1]))
        labels = soft_labels(masks, self.settings.downsample, self.settings.smooth).values
        return torch.cat([labels, small_image(step, self.settings)], dim=1)

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels, real images, generated labels, generated images."""
        real, fake = self.compared(step)
        return [row for pair in (real, fake) for row in (painted(pair[:, :-1]), grey(pair[:, -1:]))]
