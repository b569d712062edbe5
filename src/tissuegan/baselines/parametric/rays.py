"""Distances from a point to the edge of a shape, all around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

DEGREES = 360


def directions() -> Floats:
    """Unit vectors (row, column) at 0 to 359 degrees from rows towards columns, (360, 2)."""
    angles = np.deg2rad(np.arange(DEGREES))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def ray_lengths(mask: Mask, centre: tuple[int, int]) -> Floats:
    """How far each ray runs within a shape before it leaves it first, float64 (360,), in pixels.

    The edge is where the mask, interpolated bilinearly, falls to one half: to the whole pixel, it
    would be too rough to multiply.

    Args:
        mask: bool (H, W).
        centre: (row, column) where the rays begin; if it is outside, all lengths are 0.
    """
    farthest = np.hypot(*(np.maximum(c, n - c) for c, n in zip(centre, mask.shape, strict=True)))
    reach = np.arange(0, farthest + 2)
    points = np.array(centre)[:, None, None] + directions().T[:, :, None] * reach
    values = ndimage.map_coordinates(mask.astype(np.float32), points, order=1)
    after = (values < 0.5).argmax(axis=1)
    rays = np.arange(DEGREES)
    inner, outer = values[rays, np.maximum(after - 1, 0)], values[rays, after]
    part = np.divide(inner - 0.5, inner - outer, out=np.zeros(DEGREES), where=after > 0)
    lengths: Floats = np.maximum(after - 1, 0) + part
    return lengths


def centre_of(mask: Mask) -> tuple[int, int]:
    """The mean of a shape's pixels, rounded to a pixel: (row, column)."""
    row, column = np.floor(np.argwhere(mask).mean(axis=0) + 0.5).astype(int)
    return int(row), int(column)
