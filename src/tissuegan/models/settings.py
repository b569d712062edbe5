"""What a model is made of, as frozen values: the part of a recipe that a checkpoint keeps."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from tissuegan.networks.discriminator import Scale


class Settings(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Optimiser(Settings):
    """Adam for one phase: constant, then linear to zero over the last ``decay`` of the steps."""

    rate: float = 2e-4
    beta1: float = 0.0
    beta2: float = 0.99
    decay: float = 0.4


class FCSettings(Settings):
    """Fields of :class:`tissuegan.networks.fcgan.FCGenerator`."""

    noise_channels: int = 16
    widths: tuple[int, ...] = (256, 256, 128, 64, 32, 16)
    convs: tuple[int, ...] = (2, 2, 2, 2, 1, 1)


class CRNSettings(Settings):
    """Fields of :class:`tissuegan.networks.crn.CRNGenerator`."""

    kind: Literal["crn"] = "crn"
    noise_channels: int = 8
    widths: tuple[int, ...] = (96, 96, 64, 32, 16)
    convs: tuple[int, ...] = (2, 2, 2, 1, 1)


class UNetSettings(Settings):
    """Fields of :class:`tissuegan.networks.unet.UNetGenerator`."""

    kind: Literal["unet"] = "unet"
    widths: tuple[int, ...] = (16, 32, 64, 96, 96)


class DiscriminatorSettings(Settings):
    """The pyramid of Equation 7: one discriminator for each entry of ``factors``.

    ``class_factors`` adds, for each class, discriminators that see that class alone; they matter
    only where there is more than one class.
    """

    base: int = 32
    factors: tuple[int, ...] = (1, 2, 4)
    weights: tuple[float, ...] = (0.4, 0.35, 0.25)
    depths: tuple[int, ...] = (3, 3, 3)
    class_factors: tuple[int, ...] = ()
    class_weight: float = 0.3

    def scales(self, classes: int) -> tuple[Scale, ...]:
        """The discriminators for an input whose first channels are the classes."""
        joint = tuple(
            Scale(factor, weight, depth)
            for factor, weight, depth in zip(self.factors, self.weights, self.depths, strict=True)
        )
        alone = tuple(
            Scale(factor, self.class_weight, max(self.depths), (channel,))
            for channel in range(classes if classes > 1 else 0)
            for factor in self.class_factors
        )
        return joint + alone


class LabelSettings(Settings):
    """A :class:`tissuegan.models.LabelGAN`.

    ``downsample`` is the factor between the resolution of the data and that of the generator;
    ``start`` a model folder whose label generator to begin from.
    """

    downsample: Literal[1, 2, 4] = 2
    start: str | None = None
    generator: FCSettings = FCSettings()
    discriminator: DiscriminatorSettings = DiscriminatorSettings(class_factors=(2, 4))
    generator_optimiser: Optimiser = Optimiser()
    discriminator_optimiser: Optimiser = Optimiser(rate=4e-4)


class ImageSettings(Settings):
    """A :class:`tissuegan.models.ImageGAN`.

    ``crop`` is the part of each patch, in pixels, that the image networks see (the whole patch
    where it is None); ``l1`` weighs the L1 distance of 4 x 4 averages, ``features`` the feature
    matching; ``start`` is a model folder whose image generator to begin from.
    """

    crop: int | None = None
    l1: float = 5.0
    features: float = 2.0
    start: str | None = None
    generator: CRNSettings | UNetSettings = CRNSettings()
    discriminator: DiscriminatorSettings = DiscriminatorSettings(
        factors=(1, 1, 2), weights=(0.4, 0.3, 0.3), depths=(2, 3, 3)
    )
    generator_optimiser: Optimiser = Optimiser()
    discriminator_optimiser: Optimiser = Optimiser(rate=4e-4)
