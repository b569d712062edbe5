"""The phantom's grey levels."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d

from tissuegan.data.phantom.cells import Floats
from tissuegan.data.phantom.smooth import smooth_normals
from tissuegan.noise import normals
from tissuegan.region import Region

__all__ = ["GREY", "grey_levels"]

GREY = MappingProxyType(
    {"membrane": (60.0, 25.5), "mitochondrion": (88.5, 30.0), "cytoplasm": (154.5, 34.0)}
)
"""Mean and standard deviation of the grey levels, within 5, of each class and of what is left."""

_MEMBRANE, _MITOCHONDRION, _CYTOPLASM = 56.0, 94.0, 157.0
_SHADE = 10.0  # of whole cells
_CLOUDS, _FLECKS, _GRAIN = 14.0, 23.0, 16.0  # of the texture, as standard deviations
_CRISTAE, _CRISTA = 26.0, 9.0  # height and distance
_RELU_MEAN, _RELU_STD = 0.3989423, 0.5837889  # of max(n, 0) for normal n


def grey_levels(
    seed: int, region: Region, border: Floats, inside: Floats, aside: Floats, cell: Floats
) -> NDArray[np.uint8]:
    """The image of a window, uint8 (H, W).

    Args:
        seed: of the phantom.
        region: the window (H, W).
        border: (H, W), distance from the border of the cell in half thicknesses of a membrane.
        inside: (H, W), 1 at the edge of a mitochondrion, less inside, more outside.
        aside: (H, W), distance from its long axis, in pixels.
        cell: (2, H, W), shade from N(0, 1) and graininess from 0 to 1 of the cell.
    """
    shade, grain = cell
    level = _CYTOPLASM + _SHADE * shade
    level = _mixed(level, _mitochondrion(seed, region, inside, aside), (1.08 - inside) / 0.12)
    level = _mixed(level, np.asarray(_MEMBRANE), (1.45 - border) / 0.7)
    flecked = np.where(inside < 1, 0.5, 0.3 + 1.26 * grain)  # mean square 1 over the cytoplasm
    flecked = np.where(border < 1, 0.5, flecked)
    level = level + _texture(seed, region, flecked)
    return np.clip(np.rint(level), 0, 255).astype(np.uint8)


def _texture(seed: int, region: Region, flecked: Floats) -> Floats:
    """Clouds, dark flecks of the given strength, and the grain of the camera; mean 0."""
    clouds = smooth_normals(seed, 11, region, 13)
    flecks = (np.maximum(smooth_normals(seed, 12, region, 4), 0) - _RELU_MEAN) / _RELU_STD
    texture: Floats = _CLOUDS * clouds - _FLECKS * flecked * flecks + _GRAIN * _camera(seed, region)
    return texture


def _camera(seed: int, region: Region) -> Floats:
    """White noise blurred by (1, 2, 1) both ways, variance 1, float64 (H, W)."""
    white = normals(seed, 13, region.grow(1), 1)[0].astype(np.float64)
    kernel = np.array([1.0, 2.0, 1.0]) / np.sqrt(6)
    blurred: Floats = correlate1d(correlate1d(white, kernel, axis=0), kernel, axis=1)
    return blurred[1:-1, 1:-1]


def _mitochondrion(seed: int, region: Region, inside: Floats, aside: Floats) -> Floats:
    """Stripes along the long axis, within a dark rim."""
    place = (aside + 2.5 * smooth_normals(seed, 14, region, 17)) / _CRISTA
    wave = 4 * np.abs(place - np.floor(place) - 0.5) - 1
    return np.where(inside < 0.8, _MITOCHONDRION + _CRISTAE * wave, _MITOCHONDRION - 30)


def _mixed(under: Floats, over: Floats, share: Floats) -> Floats:
    """``over`` where the share is 1 or more, ``under`` where it is 0 or less."""
    weight = np.clip(share, 0, 1)
    mixed: Floats = under + weight * (over - under)
    return mixed
