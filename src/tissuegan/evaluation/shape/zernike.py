"""SLF3.17 to 3.65: moduli of the Zernike moments up to order 12 about the centre of P.

    Z_nl = (n + 1) / pi * sum_k p_k R_nl(rho_k) exp(-i l theta_k),    p = P / sum P

over the pixels inside the circle, p normalised by all pixels (Teague 1980; the SLF code).
R_nl(rho) exp(-i l theta) is a polynomial in w = x - i y and rho^2 = x^2 + y^2, thus in x and y, so
all moments come from the sums of p x^a y^b, which are two products of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb, factorial, pi

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
    y, x = (
        (np.arange(length) - centre) / radius
        for length, centre in zip(objects.image.shape, objects.centroid, strict=True)
    )
    inside = y[:, None] ** 2 + x**2 <= 1
    sums = _powers(x).T @ (objects.image * inside).T @ _powers(y) / objects.weights.sum()
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


def _powers(places: Floats) -> Floats:
    """Powers 0 to 12 of n places, float64 (n, 13)."""
    return np.vander(places, DEGREE + 1, increasing=True)


def _coefficients() -> NDArray[np.complex128]:
    """What each moment takes of each sum of p x^a y^b, complex128 (49, 13, 13)."""
    table = np.zeros((len(ORDERS), DEGREE + 1, DEGREE + 1), np.complex128)
    for k, (n, m) in enumerate(ORDERS):
        for power, value in radial_coefficients(n, m).items():
            for a, b, factor in _expanded(m, (power - m) // 2):
                table[k, a, b] += (n + 1) / pi * value * factor
    return table


def _expanded(turns: int, squares: int) -> Iterator[tuple[int, int, complex]]:
    """Terms (a, b, factor of x^a y^b) of w^turns rho^(2 squares)."""
    for j in range(turns + 1):
        for k in range(squares + 1):
            factor = comb(turns, j) * (-1j) ** j * comb(squares, k)
            yield turns - j + 2 * (squares - k), j + 2 * k, factor


_COEFFICIENTS = _coefficients()
