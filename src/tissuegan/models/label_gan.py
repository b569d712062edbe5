"""The label GAN: noise to labels (Eq. 1 on labels, Eq. 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from torch import Tensor

from tissuegan.models.noise_gan import NoiseGAN
from tissuegan.models.phases import Step
from tissuegan.models.pictures import painted
from tissuegan.models.settings import LabelSettings, Parts
from tissuegan.models.soft import soft_labels
from tissuegan.networks.geometry import Field
from tissuegan.region import Region


class LabelGAN(NoiseGAN):
    """G_y and D_y of the paper: the fully convolutional GAN (FCGAN) of section 4.

    Args:
        classes: number of label channels C.
        settings: networks and optimisers.
    """

    parts: ClassVar = ("labels",)
    part: ClassVar = "labels"
    needs_images: ClassVar = False

    def __init__(self, classes: int, settings: LabelSettings) -> None:
        super().__init__(classes, classes, settings)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``labels``."""
        return cls(len(classes), settings.part("labels", LabelSettings))

    def real(self, masks: Tensor) -> Tensor:
        """Masks (B, C, H, W) of 0 and 1 as the generator draws them: soft labels in [-1, 1].

        See :func:`tissuegan.models.soft.soft_labels`.
        """
        field = Field(masks, Region(0, 0, masks.shape[-2], masks.shape[-1]))
        return soft_labels(field, self.settings.downsample, self.settings.smooth).values

    def target(self, step: Step) -> Tensor:
        """Real soft labels (B, C, h, w)."""
        return self.real(step.masks)

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels above, generated labels below."""
        real, fake = self.compared(step)
        return [painted(real), painted(fake)]
