"""Spectra and grey levels of images: does noise and sharpness look like a microscope's?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import fft2

Floats = NDArray[np.float64]
Image = NDArray[np.uint8] | NDArray[np.uint16]

BANDS, LEVELS = 48, 64
_FAINT = 1e-12


def unit_range(image: Image) -> Floats:
    """Grey levels from 0 to 1, by the range of the type, float64 (H, W)."""
    return image / float(np.iinfo(image.dtype).max)


def bands() -> Floats:
    """Middles of the bands of frequency, in cycles a pixel, float64 (48,), equal up to 1/2."""
    return (np.arange(BANDS) + 0.5) / (2 * BANDS)


def radial_power(image: Image) -> Floats:
    """log10 of the radially averaged power of an image (H, W), by band, float64 (48,).

    Power is that of the grey levels 0 to 1 about their mean, under a Hann window and normalised by
    it, so that it does not depend on the size of the image. Bands that no frequency of a small
    image falls in have the power of the band before; a constant image has 1e-12 throughout.
    """
    values = unit_range(image)
    window = np.hanning(image.shape[0] + 2)[1:-1, None] * np.hanning(image.shape[1] + 2)[None, 1:-1]
    power = np.abs(fft2((values - values.mean()) * window)) ** 2 / np.square(window).sum()
    radius = np.hypot(*np.meshgrid(*map(np.fft.fftfreq, image.shape), indexing="ij"))
    band = np.floor(radius * 2 * BANDS).astype(np.int64).ravel()
    inside = (band < BANDS) & (radius.ravel() > 0)
    counts = np.bincount(band[inside], minlength=BANDS)
    sums: Floats = np.bincount(band[inside], power.ravel()[inside], BANDS).astype(np.float64)
    return np.log10(np.maximum(_filled(sums, counts), _FAINT))


def grey_levels(image: Image) -> NDArray[np.int64]:
    """How many pixels of an image (H, W) have each of 64 equal ranges of grey, int64 (64,)."""
    width = (int(np.iinfo(image.dtype).max) + 1) // LEVELS
    return np.bincount(image.ravel() // width, minlength=LEVELS).astype(np.int64)


def power_distance(first: Floats, second: Floats) -> float:
    """Root mean square difference of two log10 spectra (48,), in decades."""
    return float(np.sqrt(np.square(first - second).mean()))


def _filled(sums: Floats, counts: NDArray[np.int64]) -> Floats:
    """Means of the bands, empty ones taking the one before (the first full one at the start)."""
    full = np.flatnonzero(counts)
    if not len(full):
        return np.zeros(BANDS)
    nearest = full[np.maximum(np.searchsorted(full, np.arange(BANDS), side="right") - 1, 0)]
    means: Floats = sums[nearest] / counts[nearest]
    return means
