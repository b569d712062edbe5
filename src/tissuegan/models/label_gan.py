"""The label GAN: noise to labels (Eq. 1 on labels, Eq. 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from torch import Tensor

from tissuegan.models.adversarial import AdversarialGAN
from tissuegan.models.minkowski import MinkowskiMatch
from tissuegan.models.phases import Step
from tissuegan.models.pictures import painted
from tissuegan.models.settings import LabelSettings, Parts
from tissuegan.models.soft import soft_labels
from tissuegan.networks.discriminator import MultiScaleDiscriminator
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.geometry import Field, coarsened_region, crop
from tissuegan.region import Region


class LabelGAN(AdversarialGAN):
    """G_y and D_y of the paper: the fully convolutional GAN (FCGAN) of section 4.

    Args:
        classes: number of label channels C.
        settings: networks and optimisers.
    """

    parts: ClassVar = ("labels",)
    part: ClassVar = "labels"
    settings: LabelSettings
    generator: FCGenerator
    needs_images: ClassVar = False

    def __init__(self, classes: int, settings: LabelSettings) -> None:
        super().__init__()
        self.settings = settings
        shape = settings.generator
        self.generator = FCGenerator(classes, shape.noise_channels, shape.widths, shape.convs)
        part = settings.discriminator
        self.discriminator = MultiScaleDiscriminator(classes, part.base, part.scales(classes))
        self.geometry = self.generator.geometry()
        self.match = MinkowskiMatch(classes) if settings.minkowski else None

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``labels``."""
        return cls(len(classes), settings.part("labels", LabelSettings))

    def smallest_crops(self) -> Mapping[str, int]:
        """The least side of a patch, in pixels of the data, that the discriminators can judge."""
        return {"crop": self.settings.downsample * (self.discriminator.smallest + 2)}

    def real(self, masks: Tensor) -> Tensor:
        """Masks (B, C, H, W) of 0 and 1 as the generator draws them: soft labels in [-1, 1].

        See :func:`tissuegan.models.soft.soft_labels`.
        """
        field = Field(masks, Region(0, 0, masks.shape[-2], masks.shape[-1]))
        return soft_labels(field, self.settings.downsample).values

    def draw(self, step: Step, size: tuple[int, int]) -> Tensor:
        """Fresh labels (B, C, *size) in (-1, 1), cut from what the generator makes."""
        wanted = Region(0, 0, *size)
        cells = coarsened_region(self.geometry.input_region(wanted), self.geometry.stride)
        return crop(self.generator(cells, step.noise), wanted).values

    def compared(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real and fake labels (B, C, h, w)."""
        real = self.real(step.masks)
        return real, self.draw(step, (real.shape[-2], real.shape[-1]))

    def generator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What the generator minimises: its part of the game, and the functionals' distance."""
        game = super().generator_loss(step)
        if self.match is None:
            return game
        return {**game, "labels.minkowski": self.settings.minkowski * self.match(*self.pair(step))}

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels above, generated labels below."""
        real, fake = self.compared(step)
        return [painted(real), painted(fake)]
