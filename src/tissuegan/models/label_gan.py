"""The label GAN: noise to labels (Eq. 1 on labels, Eq. 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.models.objective import DISCRIMINATOR_LOSSES, generator_hinge, split
from tissuegan.models.phases import Phase, Step, Trainable, adversarial_phases, frozen
from tissuegan.models.pictures import painted
from tissuegan.models.settings import LabelSettings, Parts
from tissuegan.networks.discriminator import MultiScaleDiscriminator
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.geometry import coarsened_region, crop
from tissuegan.networks.layers import binomial_blur
from tissuegan.region import Region


class LabelGAN(Trainable):
    """G_y and D_y of the paper: the fully convolutional GAN (FCGAN) of section 4.

    Args:
        classes: number of label channels C.
        settings: networks and optimisers.
    """

    parts: ClassVar = ("labels",)
    needs_images: ClassVar = False

    def __init__(self, classes: int, settings: LabelSettings) -> None:
        super().__init__()
        self.settings = settings
        shape = settings.generator
        self.generator = FCGenerator(classes, shape.noise_channels, shape.widths, shape.convs)
        part = settings.discriminator
        self.discriminator = MultiScaleDiscriminator(classes, part.base, part.scales(classes))
        self.geometry = self.generator.geometry()

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``labels``."""
        return cls(len(classes), settings.part("labels", LabelSettings))

    def phases(self) -> tuple[Phase, ...]:
        """Discriminator, then generator against it, on the same fakes."""
        return adversarial_phases("labels", self, self.settings)

    def generators(self) -> Mapping[str, nn.Module]:
        """The label generator."""
        return {"labels": self.generator}

    def smallest_crops(self) -> Mapping[str, int]:
        """The least side of a patch, in pixels of the data, that the discriminators can judge."""
        return {"crop": self.settings.downsample * (self.discriminator.smallest + 2)}

    def real(self, masks: Tensor) -> Tensor:
        """Masks (B, C, H, W) of 0 and 1 as the generator draws them: soft labels in [-1, 1].

        Averaged to the generator's resolution and smoothed by the 3 x 3 binomial, so that an edge
        is a slope that a network can draw and a discriminator cannot tell by its sharpness.
        """
        pooled = F.avg_pool2d(masks, self.settings.downsample)
        return binomial_blur(pooled) * 2 - 1

    def draw(self, step: Step, size: tuple[int, int]) -> Tensor:
        """Fresh labels (B, C, *size) in (-1, 1), cut from what the generator makes."""
        wanted = Region(0, 0, *size)
        cells = coarsened_region(self.geometry.input_region(wanted), self.geometry.stride)
        return crop(self.generator(cells, step.noise), wanted).values

    def pair(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real and fake labels of this step; the fakes are drawn once for both phases."""
        if "labels" not in step.drawn:
            real = self.real(step.masks)
            step.drawn["labels"] = (real, self.draw(step, (real.shape[-2], real.shape[-1])))
        return step.drawn["labels"]

    def generator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """The generator's part of Eq. 7."""
        with frozen(self.discriminator):
            _, fake = self.pair(step)
            return {"labels.g": generator_hinge(self.discriminator(fake))}

    def discriminator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """The discriminator's part of Eq. 7, real and fake in one pass."""
        real, fake = self.pair(step)
        both = self.discriminator(torch.cat([real, fake.detach().to(real.dtype)]))
        loss = DISCRIMINATOR_LOSSES[self.settings.discriminator.loss]
        return {"labels.d": loss(*split(both))}

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels above, generated labels below."""
        real = self.real(step.masks)
        fake = self.draw(step, (real.shape[-2], real.shape[-1]))
        return [painted(real), painted(fake)]
