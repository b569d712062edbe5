"""Masks as generators draw them: soft labels, whose edges are slopes."""

from __future__ import annotations

from tissuegan.networks.geometry import Field, downsample
from tissuegan.networks.layers import binomial_blur


def soft_labels(masks: Field, factor: int, smooth: bool = True) -> Field:
    """Masks (B, C, H, W) of 0 and 1 as soft labels in [-1, 1], ``factor`` times smaller.

    Averaged over whole cells of the absolute lattice and smoothed by the 3 x 3 binomial, so that
    an edge is a slope that a network can draw and a discriminator cannot tell by its sharpness;
    that takes a pixel from each side. Without ``smooth`` they are the averages alone.
    """
    small = downsample(masks, factor)
    if not smooth:
        return Field(small.values * 2 - 1, small.region)
    return Field(binomial_blur(small.values) * 2 - 1, small.region.grow(-1))
