"""What instances are like, for all instances of a label image at once, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from tissuegan.objects.instances import Labels
from tissuegan.objects.roundness import Floats, roundnesses
from tissuegan.objects.tracing import Rings

__all__ = ["Shapes", "hull_area", "perimeters", "shapes"]

_LINES = ((0, -1, 1.0), (-1, 0, 1.0), (-1, -1, 0.5**0.5), (-1, 1, 0.5**0.5))
"""The pixel before on lines of four directions, and how far those lines are apart."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """One value an instance, in the order of labels, float64 (n,) each.

    Attributes:
        perimeter: in pixels, by :func:`perimeters`.
        roundness: Wadell's, 0 to 1.
        solidity: area to that of the convex hull.
    """

    perimeter: Floats
    roundness: Floats
    solidity: Floats


def shapes(labels: Labels, rings: Rings) -> Shapes:
    """The shapes of all instances.

    Args:
        labels: int (H, W), every one from 1 to n a 4-connected instance.
        rings: their outlines.
    """
    areas = np.bincount(labels.ravel())[1:]
    hulls = np.array([hull_area(points) for points in rings.of_labels()], float)
    return Shapes(perimeters(labels), roundnesses(labels, rings), areas / hulls)


def perimeters(labels: Labels) -> Floats:
    """Perimeters by Crofton's formula in four directions, float64 (n,).

    That is pi / 4 times the sum over directions of how often their lines enter the instance, times
    the distance between the lines; equal to skimage's ``perimeter_crofton``.
    """
    framed, count = np.pad(labels, 1), labels.max(initial=0) + 1
    entered = np.zeros(count)
    for dy, dx, apart in _LINES:
        before = framed[1 + dy : framed.shape[0] - 1 + dy, 1 + dx : framed.shape[1] - 1 + dx]
        entered += apart * np.bincount(labels[labels != before], minlength=count)
    return np.pi / 4 * entered[1:]


def hull_area(outline: Floats) -> int:
    """The number of pixels whose centres lie in the convex hull of an outline or on its border.

    Args:
        outline: points (y, x) at half or whole pixels, float64 (k, 2), not all on a line.
    """
    twice = np.rint(2 * outline).astype(np.int64)
    corners = twice[ConvexHull(twice).vertices]
    y, x = corners.T[..., None]
    dy, dx = np.roll(y, -1, 0) - y, np.roll(x, -1, 0) - x
    rows = np.arange(-(-y.min() // 2), y.max() // 2 + 1) * 2
    across = x * dy + (rows - y) * dx
    unit = np.where(dy == 0, 1, 2 * dy)
    touched = (dy != 0) & ((rows - y) * np.sign(dy) >= 0) & ((rows - y) * np.sign(dy) <= np.abs(dy))
    first = np.where(touched, -(-across // unit), np.iinfo(np.int64).max).min(axis=0)
    last = np.where(touched, across // unit, np.iinfo(np.int64).min).max(axis=0)
    return int((last - first + 1).sum())
