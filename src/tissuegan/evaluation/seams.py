"""Whether a canvas betrays the grid that it was made on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


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
