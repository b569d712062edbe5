"""The cell's shape by its distance ratio to the organelle: ten components (facts 3.2).

Around the organelle's centre, every ray reaches the organelle's edge and then the cell's. Their
ratio at 360 angles, counted from the organelle's major angle, is the cell's shape given the
organelle's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tissuegan.baselines.parametric.axes import major_angle
from tissuegan.baselines.parametric.normal import Normal
from tissuegan.baselines.parametric.rays import DEGREES, centre_of, ray_lengths

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

COMPONENTS = 10


@dataclass(frozen=True, eq=False)
class RatioModel:
    """Ratios as mean + components' z, z normal.

    Attributes:
        mean: float64 (360,).
        components: float64 (k, 360), orthonormal, k up to 10.
        scores: the distribution of z, of k numbers.
    """

    mean: Floats
    components: Floats
    scores: Normal

    @classmethod
    def fit(cls, ratios: Floats) -> RatioModel:
        """Principal components of rows of ratios (n, 360)."""
        mean = ratios.mean(axis=0)
        _, _, components = np.linalg.svd(ratios - mean, full_matrices=False)
        components = components[: min(COMPONENTS, len(ratios))]
        return cls(mean, components, Normal.fit((ratios - mean) @ components.T))

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Rows of ratios float64 (count, 360); some may be below 1."""
        return self.mean + self.scores.draw(random, count) @ self.components


def radius_ratios(cell: Mask, organelle: Mask) -> Floats | None:
    """The cell's radius over the organelle's at 360 angles from its major angle, float64 (360,).

    Args:
        cell: filled, bool (H, W).
        organelle: one component in it, bool (H, W).

    Returns:
        None where a ray has no organelle or no cell to cross: the organelle's centre lies outside
        it, or at its very edge.
    """
    centre = centre_of(organelle)
    inner, outer = ray_lengths(organelle, centre), ray_lengths(cell, centre)
    if not (inner.min() > 0 and outer.min() > 0):
        return None
    return np.roll(outer / inner, -degrees(major_angle(organelle)))


def degrees(angle: float) -> int:
    """An angle in radians as whole degrees from 0 to 359."""
    return int(np.rint(np.rad2deg(angle))) % DEGREES
