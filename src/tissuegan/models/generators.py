"""From settings to the networks that make tissue from noise."""

from __future__ import annotations

from tissuegan.models.generator_settings import FCSettings, TransposedSettings, VectorSettings
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.transposed import TransposedGenerator
from tissuegan.networks.vector import VectorGenerator

NoiseGenerator = FCGenerator | VectorGenerator | TransposedGenerator


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
    return FCGenerator(outputs, noise, widths, settings.convs)
