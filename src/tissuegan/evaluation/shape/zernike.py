"""SLF3.17 to 3.65: moduli of the Zernike moments up to order 12 about the centre of P.

    Z_nl = (n + 1) / pi * sum_k p_k R_nl(rho_k) exp(-i l theta_k),    p = P / sum P

over the pixels inside the circle, p normalised by all pixels (Teague 1980; the SLF code). Only
pixels above 0 count, and R_nl(rho) exp(-i l theta) is a polynomial in w = x - i y and rho^2, so
all moments come from the 91 sums of p w^l rho^2m at once.
"""

from __future__ import annotations

from math import factorial, pi

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.images import Floats, ObjectImage

DEGREE = 12
RADIUS = 150.0
"""Pixels: the SLF default, 34.5 um at 0.23 um a pixel, used without a scale."""

ORDERS = tuple((n, m) for n in range(DEGREE + 1) for m in range(n % 2, n + 1, 2))
NAMES = tuple(f"SLF3.{k}:Z_{n},{m}" for k, (n, m) in enumerate(ORDERS, start=17))


def zernike_features(objects: ObjectImage, radius: float = RADIUS) -> Floats:
    """Moduli of the 49 Zernike moments, float64 (49,), in the order of ``ORDERS``."""
    y, x = (objects.places - objects.centroid[:, None]) / radius
    inside = x * x + y * y <= 1
    weights = objects.weights[inside] / objects.weights.sum()
    sums = _monomial_sums((x - 1j * y)[inside], weights)
    moduli: Floats = np.abs((_COEFFICIENTS * sums).sum(axis=(1, 2)))
    return moduli


def radial_coefficients(n: int, m: int) -> dict[int, float]:
    """Power of rho to coefficient, for the radial polynomial R_nm."""
    half, rest = (n + m) // 2, (n - m) // 2
    return {
        n - 2 * k: (-1) ** k
        * factorial(n - k)
        / (factorial(k) * factorial(half - k) * factorial(rest - k))
        for k in range(rest + 1)
    }


def _monomial_sums(w: NDArray[np.complex128], weights: Floats) -> NDArray[np.complex128]:
    """Sums over k of p_k w_k^l |w_k|^2m, complex128 (13, 7): l down, m across."""
    turns = np.vander(w, DEGREE + 1, increasing=True)
    squares = np.vander((w * w.conj()).real, DEGREE // 2 + 1, increasing=True)
    sums: NDArray[np.complex128] = turns.T @ (squares * weights[:, None])
    return sums


def _coefficients() -> Floats:
    """What each moment takes of each sum, float64 (49, 13, 7)."""
    table = np.zeros((len(ORDERS), DEGREE + 1, DEGREE // 2 + 1))
    for k, (n, m) in enumerate(ORDERS):
        for power, value in radial_coefficients(n, m).items():
            table[k, m, (power - m) // 2] = (n + 1) / pi * value
    return table


_COEFFICIENTS = _coefficients()
