"""From settings to the networks that make tissue from noise or from labels."""

from __future__ import annotations

from tissuegan.models.generator_settings import (
    CRNSettings,
    FCSettings,
    PaddedCRNSettings,
    PaddedUNetSettings,
    TransposedSettings,
    UNetSettings,
    VectorSettings,
)
from tissuegan.networks.crn import CRNGenerator
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.padded import PaddedCRN, PaddedUNet
from tissuegan.networks.transposed import TransposedGenerator
from tissuegan.networks.unet import UNetGenerator
from tissuegan.networks.vector import VectorGenerator

NoiseGenerator = FCGenerator | VectorGenerator | TransposedGenerator
ConditionalGenerator = CRNGenerator | UNetGenerator | PaddedCRN | PaddedUNet
ConditionalSettings = CRNSettings | UNetSettings | PaddedCRNSettings | PaddedUNetSettings


def noise_generator(
    outputs: int, settings: FCSettings | VectorSettings | TransposedSettings
) -> NoiseGenerator:
    """The network of the settings, with ``outputs`` channels."""
    noise, widths = settings.noise_channels, settings.widths
    if isinstance(settings, TransposedSettings):
        return TransposedGenerator(outputs, noise, settings.noise_side, widths, settings.norm)
    if isinstance(settings, VectorSettings):
        shape = settings.vector, settings.side
        return VectorGenerator(outputs, *shape, noise, widths, settings.convs)
    return FCGenerator(outputs, noise, widths, settings.convs, settings.regions)


def conditional_generator(
    condition: int, outputs: int, settings: ConditionalSettings
) -> ConditionalGenerator:
    """The network of the settings, from ``condition`` channels to ``outputs`` channels."""
    if isinstance(settings, PaddedUNetSettings):
        random = settings.dropout, settings.grain
        return PaddedUNet(condition, outputs, settings.side, settings.widths, *random)
    if isinstance(settings, PaddedCRNSettings):
        size = settings.side, settings.noise_channels, settings.width
        return PaddedCRN(condition, outputs, *size, settings.levels, settings.convs)
    if isinstance(settings, UNetSettings):
        return UNetGenerator(condition, outputs, settings.widths)
    shape = settings.noise_channels, settings.widths, settings.convs
    return CRNGenerator(condition, outputs, *shape)
