"""The conditional image GAN: labels to image (the second term of Eq. 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import torch
from torch import Tensor, nn

from tissuegan.models.adversarial import refuse_wide
from tissuegan.models.generators import conditional_generator
from tissuegan.models.objective import (
    DISCRIMINATOR_LOSSES,
    GENERATOR_LOSSES,
    coarse_distance,
    feature_distance,
    pixel_weights,
    split,
)
from tissuegan.models.phases import Phase, Step, Trainable, adversarial_phases, frozen
from tissuegan.models.pictures import grey, painted
from tissuegan.models.pool import fake_pool
from tissuegan.models.settings import ImageSettings, Parts
from tissuegan.networks.discriminator import MultiScaleDiscriminator
from tissuegan.networks.geometry import Field
from tissuegan.region import Region


class ImageGAN(Trainable):
    """G_x and D_x of the paper: y -> x, with the discriminator on pairs.

    Args:
        classes: number of label channels C.
        settings: networks, weights of the terms and optimisers.
    """

    parts: ClassVar = ("image",)

    def __init__(self, classes: int, settings: ImageSettings) -> None:
        super().__init__()
        self.settings = settings
        self.generator = conditional_generator(classes, 1, settings.generator)
        self.geometry = self.generator.geometry()
        part = settings.discriminator
        scales = part.scales(classes)
        self.discriminator = MultiScaleDiscriminator(classes + 1, part.base, scales, part.kind)
        refuse_wide(self.discriminator, self.geometry)
        self.pool = fake_pool(part, classes + 1, self.geometry)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``image``."""
        return cls(len(classes), settings.part("image", ImageSettings))

    def phases(self) -> tuple[Phase, ...]:
        """Discriminator, then generator against it, on the same fakes."""
        return adversarial_phases("image", self, self.settings)

    def generators(self) -> Mapping[str, nn.Module]:
        """The image generator."""
        return {"image": self.generator}

    def smallest_crops(self) -> Mapping[str, int]:
        """The least side of a patch, in pixels, that the discriminators can judge."""
        geometry = self.geometry
        needed = Region(0, 0, self.discriminator.smallest, self.discriminator.smallest)
        side = needed.grow(geometry.margin).height
        whole = -(-side // geometry.stride) * geometry.stride
        return {"image.crop" if self.settings.crop else "crop": whole}

    def pair(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real and fake label + image pairs (B, C + 1, h, w); fakes are drawn once a step."""
        if "image" not in step.drawn:
            masks, image = self.patch(step)
            region = Region(0, 0, masks.shape[-2], masks.shape[-1])
            drawn = self.generator(Field(masks * 2 - 1, region), step.noise)
            rows, columns = region.crop(drawn.region)
            labels = masks[..., rows, columns] * 2 - 1
            real = torch.cat([labels, image[..., rows, columns]], dim=1)
            fake = torch.cat([labels, drawn.values.to(labels.dtype)], dim=1)
            step.drawn["image"] = (real, fake)
        return step.drawn["image"]

    def patch(self, step: Step) -> tuple[Tensor, Tensor]:
        """The upper left ``settings.crop`` of masks and image (the whole where it is None).

        Where the generator knows fields of one size only, it is that.
        """
        if step.image is None:
            raise ValueError("an image model needs images")
        side = self.settings.crop or max(step.masks.shape[-2:])
        side = self.geometry.stride if self.geometry.fixed else side
        return step.masks[..., :side, :side], step.image[..., :side, :side]

    def generator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """The generator's part of Eq. 3, with feature matching and a coarse L1 distance."""
        real, fake = self.pair(step)
        with frozen(self.discriminator):
            verdicts = split(self.discriminator(torch.cat([real, fake])))
        return {
            "image.g": GENERATOR_LOSSES[self.settings.discriminator.loss](verdicts[1]),
            "image.features": self.settings.features * feature_distance(*verdicts),
            "image.l1": self.settings.l1 * self.distance(real, fake),
        }

    def distance(self, real: Tensor, fake: Tensor) -> Tensor:
        """The L1 distance of the images of pairs (B, C + 1, h, w) that share their labels."""
        settings, weight = self.settings, None
        if settings.l1_classes:
            weight = pixel_weights((real[:, :-1] + 1) / 2, settings.l1_classes)
        return coarse_distance(real[:, -1:], fake[:, -1:], settings.l1_cell, weight)

    def discriminator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """The discriminator's part of Eq. 3, real and fake in one pass."""
        real, fake = self.pair(step)
        shown = fake.detach() if self.pool is None else self.pool(fake.detach(), step.noise)
        both = self.discriminator(torch.cat([real, shown]))
        loss = DISCRIMINATOR_LOSSES[self.settings.discriminator.loss]
        return {"image.d": loss(*split(both))}

    def sheet(self, step: Step) -> list[Tensor]:
        """Labels, real images, generated images."""
        real, fake = self.pair(Step(step.masks, step.image, step.noise))
        return [painted(real[:, :-1]), grey(real[:, -1:]), grey(fake[:, -1:])]
