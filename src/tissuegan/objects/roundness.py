"""Roundness of objects: Wadell's, computed as Zheng & Hryciw 2015 do, and circularity.

Wadell's roundness is the mean radius of the corners of an outline over the radius of its largest
inscribed circle: 1 for a disc, small for sharp corners. The outline is smoothed by a closed snake
(Kass, Witkin & Terzopoulos 1988), which unlike the smoothing of radius over angle needs no
star-shaped object.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import find_contours

Floats = NDArray[np.float64]
Points = NDArray[np.complex128]
Mask = NDArray[np.bool_]

TENSION = 0.05
"""Of the snake: the factor of the first differences' energy, times the points of the outline.

More of it shrinks small round objects, whose corners are then smaller than their inscribed circle.
"""
STIFFNESS = 0.001
"""Of the snake: the factor of the second differences' energy, times the points of the outline."""
DEVIATION = 0.3
"""Pixels that an outline may be away from the polygon through its key points."""
INSIDE = 0.98
"""Share of its radius that every key point is away from the centre of a corner's circle."""


def roundness(mask: Mask, tension: float = TENSION) -> float:
    """Wadell's roundness of one object, 0 to 1; 1 where it has no corners.

    Args:
        mask: bool (H, W), one 4-connected object; holes in it are filled.
        tension: how strongly the outline is smoothed.

    Raises:
        ValueError: the mask is empty.
    """
    if not mask.any():
        raise ValueError("nothing has no roundness")
    filled = ndimage.binary_fill_holes(np.pad(mask, 1))
    inscribed = ndimage.distance_transform_edt(filled).max()
    points = smoothed(boundary(filled), tension)
    corners = convex(points[key_points(points)])
    radii = corner_radii(corners, inscribed)
    return float(min(1.0, radii.mean() / inscribed)) if len(radii) else 1.0


def boundary(mask: Mask) -> Points:
    """The outer boundary of an object, in order, as x + i y in pixels, complex128 (n,).

    Half way between the pixels inside and outside, clockwise as seen with y downwards.
    """
    contours = find_contours(mask.astype(np.float64), 0.5, fully_connected="low")
    longest = max(contours, key=len)[:-1]
    points: Points = longest[:, 1] + 1j * longest[:, 0]
    return points if _area(points) > 0 else points[::-1]


def smoothed(points: Points, tension: float = TENSION, stiffness: float = STIFFNESS) -> Points:
    """A closed curve (n,) after one implicit step of a snake without image, complex128 (n,)."""
    size = len(points)
    angle = 2 * np.pi * np.fft.fftfreq(size)
    bend = 2 - 2 * np.cos(angle)
    return np.fft.ifft(np.fft.fft(points) / (1 + size * (tension * bend + stiffness * bend**2)))


def key_points(points: Points, deviation: float = DEVIATION) -> NDArray[np.int64]:
    """Places of the key points of a closed curve (n,), int64 (k,).

    From each key point the next one is as far on as the curve between stays within ``deviation``
    pixels of the chord, searched by cutting back to the point that is farthest from it.
    """
    closed = np.append(points, points[0])
    keys = [0]
    while keys[-1] < len(points):
        keys.append(_next_key(closed, keys[-1], deviation))
    return np.array(keys[:-1], dtype=np.int64)


def convex(points: Points) -> Points:
    """The points of a closed clockwise polygon (k,) at which it turns inwards, complex128 (m,)."""
    into, out = points - np.roll(points, 1), np.roll(points, -1) - points
    corners: Points = points[(into.conj() * out).imag > 0]
    return corners


def corner_radii(points: Points, inscribed: float) -> Floats:
    """Radii of the corners of an outline with convex key points (m,), float64 (corners,).

    A corner is the longest run of three points or more whose least-squares circle is smaller than
    the inscribed one and has all points outside 0.98 of its radius; the next corner begins where
    it ends.
    """
    radii = fitted_circles(points, inscribed)
    found, start = [], 0
    while start < len(points):
        ends = np.flatnonzero(np.isfinite(radii[start]))
        if len(ends):
            found.append(radii[start, ends[-1]])
        start = int(ends[-1]) if len(ends) else start + 1
    return np.array(found)


def fitted_circles(points: Points, inscribed: float) -> Floats:
    """Radius of the circle through points s to e where it is a corner's, else nan: (m, m)."""
    size = len(points)
    first, last = np.triu_indices(size, 2)
    radii = np.full((size, size), np.nan)
    centre, radius = _circles(points - points.mean(), first, last) if len(first) else (0, first)
    small = radius < inscribed
    apart = np.abs(points - points.mean() - np.atleast_1d(centre)[small, None])
    fits = apart.min(axis=1, initial=np.inf) >= INSIDE * radius[small]
    radii[first[small][fits], last[small][fits]] = radius[small][fits]
    return radii


def _circles(
    points: Points, first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[Points, Floats]:
    """Least-squares circles (Kasa) through runs of points, by differences of running sums."""
    x, y = points.real, points.imag
    z = x * x + y * y
    terms = np.stack([np.ones_like(x), x, y, z, x * x, x * y, y * y, x * z, y * z])
    running = np.pad(np.cumsum(terms, axis=1), ((0, 0), (1, 0)))
    n, sx, sy, sz, sxx, sxy, syy, sxz, syz = running[:, last + 1] - running[:, first]
    uu, uv, vv = sxx - sx * sx / n, sxy - sx * sy / n, syy - sy * sy / n
    uz, vz = (sxz - sx * sz / n) / 2, (syz - sy * sz / n) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = uu * vv - uv * uv
        cx, cy = (uz * vv - vz * uv) / determinant, (vz * uu - uz * uv) / determinant
        square = sz / n - 2 * (cx * sx + cy * sy) / n + cx * cx + cy * cy
        return cx + 1j * cy, np.sqrt(square)


def _next_key(closed: Points, start: int, deviation: float) -> int:
    end = len(closed) - 1
    while end > start + 1:
        away = _from_chord(closed[start : end + 1])
        worst = int(np.argmax(away))
        if away[worst] <= deviation:
            break
        end = start + max(1, worst)
    return end


def _from_chord(run: Points) -> Floats:
    """Distances of the points of a run from the straight line between its ends, float64 (n,)."""
    chord, steps = run[-1] - run[0], run - run[0]
    length = abs(chord)
    away: Floats = np.abs((chord.conj() * steps).imag) / length if length else np.abs(steps)
    return away


def _area(points: Points) -> float:
    """Signed area of a closed polygon, above 0 if clockwise as seen with y downwards."""
    return float((points.conj() * np.roll(points, -1)).imag.sum() / 2)
