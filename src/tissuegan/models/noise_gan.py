"""Noise to channels: what the label GAN, the joint and the unsupervised GAN share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from torch import Tensor

from tissuegan.models.adversarial import AdversarialGAN, refuse_wide
from tissuegan.models.generators import NoiseGenerator, noise_generator
from tissuegan.models.phases import Step
from tissuegan.models.pool import fake_pool
from tissuegan.models.settings import LabelSettings
from tissuegan.networks.discriminator import MultiScaleDiscriminator
from tissuegan.networks.geometry import Field, coarsened_region, crop, downsample
from tissuegan.region import Region


class NoiseGAN(AdversarialGAN):
    """A generator of some channels from noise, and the discriminators on them.

    Where the generator knows fields of one size only, patches are cut to that size.

    Args:
        channels: of what is made; the first ``classes`` of them are labels.
        classes: number of label channels C.
        settings: networks and optimisers.
    """

    settings: LabelSettings
    generator: NoiseGenerator

    def __init__(self, channels: int, classes: int, settings: LabelSettings) -> None:
        super().__init__()
        self.settings = settings
        self.generator = noise_generator(channels, settings.generator)
        part = settings.discriminator
        scales = part.scales(classes)
        self.discriminator = MultiScaleDiscriminator(channels, part.base, scales, part.kind)
        self.geometry = self.generator.geometry()
        refuse_wide(self.discriminator, self.geometry)
        self.pool = fake_pool(part, channels, self.geometry)

    @abstractmethod
    def target(self, step: Step) -> Tensor:
        """What the generator is to make: values (B, channels, h, w) in [-1, 1]."""

    def smallest_crops(self) -> Mapping[str, int]:
        """The least side, in pixels of the data, of a patch that can be judged; or of a field."""
        side = max(self.discriminator.smallest, self.geometry.stride if self.geometry.fixed else 0)
        return {"crop": self.settings.downsample * (side + 2 * self.settings.rim)}

    def draw(self, step: Step, size: tuple[int, int]) -> Tensor:
        """Fresh values (B, channels, *size) in (-1, 1), cut from what the generator makes."""
        wanted = Region(0, 0, *size)
        cells = coarsened_region(self.geometry.input_region(wanted), self.geometry.stride)
        return crop(self.generator(cells, step.noise), wanted).values

    def compared(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real and fake values (B, channels, h, w)."""
        real = self.target(step)
        if self.geometry.fixed:
            real = real[..., : self.geometry.stride, : self.geometry.stride]
        return real, self.draw(step, (real.shape[-2], real.shape[-1]))


def small_image(step: Step, settings: LabelSettings) -> Tensor:
    """The images (B, 1, h, w) of a step on the pixels of :func:`soft_labels`; not smoothed."""
    if step.image is None:
        raise ValueError("this model needs images")
    region = Region(0, 0, step.image.shape[-2], step.image.shape[-1])
    small = downsample(Field(step.image, region), settings.downsample)
    return crop(small, small.region.grow(-settings.rim)).values
