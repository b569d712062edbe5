"""Roundness of objects: Wadell's, computed as Zheng & Hryciw 2015 do, and circularity.

Wadell's roundness is the mean radius of the corners of an outline over the radius of its largest
inscribed circle: 1 for a disc, small for sharp corners. The outline is smoothed by a closed snake
(Kass, Witkin & Terzopoulos 1988), which unlike the smoothing of radius over angle needs no
star-shaped object.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.objects.instances import Labels, Mask
from tissuegan.objects.keypoints import Points, key_points
from tissuegan.objects.tracing import Rings, trace

Floats = NDArray[np.float64]

TENSION = 0.05
"""Of the snake: the factor of the first differences' energy, times the points of the outline.

More of it shrinks small round objects, whose corners are then smaller than their inscribed circle.
"""
STIFFNESS = 0.001
"""Of the snake: the factor of the second differences' energy, times the points of the outline."""
INSIDE = 0.98
"""Share of its radius that every key point is away from the centre of a corner's circle."""
BLOCK = 1 << 18
"""Distances that are there at once: a winding outline has as many as the cube of its corners."""


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
    labels = mask.astype(np.int32)
    return float(roundnesses(labels, trace(labels), tension)[0])


def roundnesses(labels: Labels, rings: Rings, tension: float = TENSION) -> Floats:
    """Wadell's roundness of every instance, float64 (n,).

    Args:
        labels: int (H, W), every one from 1 to n a 4-connected instance; holes are filled.
        rings: their outlines.
        tension: how strongly outlines are smoothed.
    """
    if not len(rings.labels):
        return np.empty(0)
    curves = [smoothed(_from_corner(rings[k]), tension) for k in rings.outer]
    corners = [convex(p[keys]) for p, keys in zip(curves, key_points(curves), strict=True)]
    pairs = zip(corners, inscribed_radii(labels, rings), strict=True)
    return np.array([_rounded(points, inscribed) for points, inscribed in pairs])


def _from_corner(ring: Floats) -> Points:
    """Points (y, x) as x + i y, half a pixel inside their box: place has no effect."""
    y, x = (ring - ring.min(axis=0) + 0.5).T
    points: Points = x + 1j * y
    return points


def _rounded(corners: Points, inscribed: float) -> float:
    radii = corner_radii(corners, inscribed)
    return float(min(1.0, radii.mean() / inscribed)) if len(radii) else 1.0


def inscribed_radii(labels: Labels, rings: Rings) -> Iterator[float]:
    """The radius of the largest circle in each instance, its holes filled, in pixels.

    It is the largest distance of a pixel inside from one outside, by centres.
    """
    holed = np.bincount(rings.labels) > 1
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        mask = np.pad(labels[box] == label, 1)
        mask = ndimage.binary_fill_holes(mask) if holed[label] else mask
        yield _deepest(mask)


def _deepest(mask: Mask) -> float:
    """The largest distance of a pixel in a mask from one that is not, in little memory."""
    nearest = ndimage.distance_transform_edt(mask, return_distances=False, return_indices=True)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    nearest[0] -= rows
    nearest[1] -= columns
    np.multiply(nearest, nearest, out=nearest)
    return float(np.sqrt((nearest[0] + nearest[1]).max()))


def smoothed(points: Points, tension: float = TENSION, stiffness: float = STIFFNESS) -> Points:
    """A closed curve (n,) after one implicit step of a snake without image, complex128 (n,)."""
    size = len(points)
    angle = 2 * np.pi * np.fft.fftfreq(size)
    bend = 2 - 2 * np.cos(angle)
    return np.fft.ifft(np.fft.fft(points) / (1 + size * (tension * bend + stiffness * bend**2)))


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
    points = points - points.mean()
    centre, radius = _circles(points, first, last) if len(first) else (points[:0], np.empty(0))
    small = radius < inscribed
    fits = _nearest(points, centre[small]) >= INSIDE * radius[small]
    radii[first[small][fits], last[small][fits]] = radius[small][fits]
    return radii


def _nearest(points: Points, centres: Points) -> Floats:
    """The distance of each centre (k,) from the nearest of some points, float64 (k,)."""
    found, rows = np.empty(len(centres)), max(1, BLOCK // max(1, len(points)))
    for k in range(0, len(centres), rows):
        found[k : k + rows] = np.abs(points - centres[k : k + rows, None]).min(axis=1)
    return found


def _circles(
    points: Points, first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[Points, Floats]:
    """Least-squares circles (Kasa) through runs of points, by differences of running sums."""
    x, y = points.real, points.imag
    z = x * x + y * y
    terms = np.stack([np.ones_like(x), x, y, z, x * x, x * y, y * y, x * z, y * z])
    running = np.zeros((len(terms), len(points) + 1))
    np.cumsum(terms, axis=1, out=running[:, 1:])
    n, sx, sy, sz, sxx, sxy, syy, sxz, syz = running[:, last + 1] - running[:, first]
    uu, uv, vv = sxx - sx * sx / n, sxy - sx * sy / n, syy - sy * sy / n
    uz, vz = (sxz - sx * sz / n) / 2, (syz - sy * sz / n) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = uu * vv - uv * uv
        cx, cy = (uz * vv - vz * uv) / determinant, (vz * uu - uz * uv) / determinant
        square = sz / n - 2 * (cx * sx + cy * sy) / n + cx * cx + cy * cy
        return cx + 1j * cy, np.sqrt(square)
