"""Whether a canvas betrays the grid that it was made on.

Three tests, each a number to be compared with the same number of real tissue of the same fields:

- *phase*: whether the density of a class depends on the pixel's phase modulo the stride,
- *period*: whether tissue is more like itself one period on than somewhat nearer or farther,
- *border*: whether neighbours across a tile's border differ more, or less, than others.

Fields are masks or images (N, H, W) whose upper left pixels lie on the grid; a field of generated
tissue may begin anywhere that is a multiple of the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Fields = NDArray[Any]

HARMONICS = 4


def phase_density(masks: NDArray[np.bool_], stride: int, bins: int = 8) -> NDArray[np.float64]:
    """Mean density of a class by the pixel's phase modulo the stride, float64 (bins, bins).

    Args:
        masks: bool (N, H, W): fields whose upper left pixel has phase (0, 0).
        stride: period in pixels, a multiple of ``bins``.
        bins: phases are pooled to this many along each axis.

    Raises:
        ValueError: the stride is no multiple of ``bins``, or the fields are smaller than it.
    """
    if stride % bins:
        raise ValueError(f"{stride} phases cannot be pooled to {bins} equal bins")
    fields, rows, columns = masks.shape[0], masks.shape[1] // stride, masks.shape[2] // stride
    if not rows * columns:
        raise ValueError(f"the fields are smaller than the stride {stride}")
    whole = masks[:, : rows * stride, : columns * stride]
    width = stride // bins
    cells = whole.reshape(fields, rows, bins, width, columns, bins, width)
    density: NDArray[np.float64] = cells.mean(axis=(0, 1, 3, 4, 6))
    return density


def phase_chi2(masks: NDArray[np.bool_], stride: int, bins: int = 8) -> float:
    """Chi-squared distance from "no statistic depends on the phase", per phase.

    The mean over phases of (p - q)^2 / (q (1 - q)), p the density at a phase and q the overall
    density. Neighbouring pixels are not independent, so the value for real tissue of the same area
    is the floor to compare with, not a tabulated distribution.
    """
    density = phase_density(masks, stride, bins)
    mean = float(density.mean())
    return float(((density - mean) ** 2).mean() / (mean * (1 - mean))) if 0 < mean < 1 else 0.0


def autocorrelation(fields: Fields, lags: Sequence[int], axis: int) -> NDArray[np.float64]:
    """Correlation of pixels that lie a lag apart, float64 (len(lags),), 1 at lag 0.

    Each field is taken about its own mean, so that fields of different brightness do not
    correlate; a constant field counts as uncorrelated.

    Args:
        fields: (N, H, W), of any type of number.
        lags: in pixels, each smaller than the fields.
        axis: 1 for lags down the rows, 2 for lags along the columns.
    """
    values = np.moveaxis(fields, axis, 2).astype(np.float32)
    values -= values.mean(axis=(1, 2), keepdims=True)
    power = float(np.square(values).mean(dtype=np.float64))
    length = values.shape[2]
    products = [_mean_product(values[..., : length - lag], values[..., lag:]) for lag in lags]
    return np.array(products) / power if power > 0 else np.zeros(len(lags))


def period_excess(fields: Fields, period: int) -> float:
    """How much more alike pixels are one to four periods apart than a quarter period off.

    The mean over m = 1 .. 4 (as far as the fields reach) of
    rho(m P) - (rho(m P - P / 4) + rho(m P + P / 4)) / 2, rho the autocorrelation; of the two
    axes the larger. 0 where nothing repeats; a pattern repeated throughout comes near 1.

    Args:
        fields: (N, H, W).
        period: P in pixels, 4 or more.

    Raises:
        ValueError: the fields are smaller than five quarters of the period, or P is below 4.
    """
    quarter, side = period // 4, min(fields.shape[1:])
    multiples = [m * period for m in range(1, HARMONICS + 1) if m * period + quarter < side]
    if not quarter or not multiples:
        raise ValueError(f"fields of {fields.shape[1:]} pixels do not show a period of {period}")
    lags = [lag + move for lag in multiples for move in (-quarter, 0, quarter)]
    found = [autocorrelation(fields, lags, axis).reshape(-1, 3) for axis in (1, 2)]
    return max(float((rho[:, 1] - (rho[:, 0] + rho[:, 2]) / 2).mean()) for rho in found)


def step_profile(fields: Fields, period: int, axis: int) -> NDArray[np.float64]:
    """Mean absolute step onto a pixel from its forerunner, by the pixel's phase, float64 (P,).

    Args:
        fields: (N, H, W); masks step by 0 or 1.
        period: P in pixels.
        axis: 1 for steps down the rows, 2 for steps along the columns.

    Raises:
        ValueError: the fields are smaller than the period and one pixel.
    """
    values = np.moveaxis(fields, axis, 2).astype(np.float32)
    if values.shape[2] <= period:
        raise ValueError(f"fields of {fields.shape[1:]} pixels have no border of {period}")
    steps = np.abs(np.diff(values, axis=2)).mean(axis=(0, 1), dtype=np.float64)
    phases = np.arange(1, values.shape[2]) % period
    profile: NDArray[np.float64] = np.bincount(phases, steps) / np.bincount(phases)
    return profile


def border_score(fields: Fields, tile: int, starts: Sequence[int] = (0,)) -> float:
    """How far the steps across tile borders stand out among those of all lines of a tile.

    The mean step at the border, less the mean over all phases, in standard deviations of the
    profile over the phases. About a standard normal number where borders are lines like any other;
    far above 0 where tiles do not fit, below where they were blended; at most sqrt(P - 1), which
    is reached where steps are at borders only. Of the two axes, and of all starts, the one
    furthest from 0.

    Args:
        fields: (N, H, W).
        tile: side P of a tile in pixels.
        starts: rows and columns of the fields at which tiles may begin: a canvas puts its labels'
            and its image's tiles at different multiples of the stride.

    Raises:
        ValueError: the fields are not larger than a tile.
    """
    profiles = [step_profile(fields, tile, axis) for axis in (1, 2)]
    return max((_score(each, start) for each in profiles for start in starts), key=abs)


def _mean_product(first: Fields, second: Fields) -> float:
    return float(np.einsum("nij,nij->n", first, second, optimize=False).mean() / first[0].size)


def _score(profile: NDArray[np.float64], start: int) -> float:
    spread = float(profile.std())
    apart = float(profile[start % len(profile)] - profile.mean())
    return apart / spread if spread > 0 else 0.0
