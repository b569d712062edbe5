"""Multivariate normal distributions, fitted and drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Normal:
    """N(mean, covariance) of d numbers: float64 (d,) and (d, d)."""

    mean: Floats
    covariance: Floats

    @classmethod
    def fit(cls, rows: Floats) -> Normal:
        """Maximum likelihood: mean and covariance of rows (n, d), divided by n.

        Where the covariance is not positive definite, a hundredth of its diagonal is added to it
        (facts 3.1, 5).
        """
        covariance = np.atleast_2d(np.cov(rows, rowvar=False, bias=True))
        if not _is_positive_definite(covariance):
            covariance = covariance + 0.01 * np.diag(np.diag(covariance))
        return cls(rows.mean(axis=0), covariance)

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Rows float64 (count, d)."""
        drawn: Floats = random.multivariate_normal(
            self.mean, self.covariance, count, method="eigh", check_valid="ignore"
        )
        return drawn


def _is_positive_definite(matrix: Floats) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True
