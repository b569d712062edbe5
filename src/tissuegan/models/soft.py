"""Masks as generators draw them: soft labels, whose edges are slopes."""

from __future__ import annotations

from tissuegan.networks.geometry import Field, downsample
from tissuegan.networks.layers import binomial_blur


def soft_labels(masks: Field, factor: int) -> Field:
    """Masks (B, C, H, W) of 0 and 1 as soft labels in [-1, 1], ``factor`` times smaller.

    Averaged over whole cells of the absolute lattice and smoothed by the 3 x 3 binomial, so that
    an edge is a slope that a network can draw and a discriminator cannot tell by its sharpness.
    """
    small = downsample(masks, factor)
    return Field(binomial_blur(small.values) * 2 - 1, small.region.grow(-1))
