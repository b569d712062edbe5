"""The phantom's mitochondria: ellipses, bent as the membranes are, strictly inside their cells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tissuegan.data.phantom.cells import AROUND, SPACING, Floats, Sites
from tissuegan.noise import normals
from tissuegan.region import Region

__all__ = ["LONGEST", "organelles"]

LONGEST = 44.0
"""The greatest long half axis, in pixels."""

_SHORTEST = 11.0  # smaller ones are left out
_GAP = 9.0  # between the border of a cell and a mitochondrion
_SHARE = 0.5  # of the sites that have one, if it fits


@dataclass(frozen=True)
class _Ellipse:
    """Half axes in pixels and the direction of the long one, around a site."""

    square_y: int
    square_x: int
    y: float
    x: float
    long: float
    short: float
    uy: float
    ux: float


def organelles(
    seed: int, region: Region, sites: Sites, bend: Floats, bound: float
) -> tuple[Floats, Floats]:
    """Where each pixel lies in a mitochondrion.

    Args:
        seed: of the phantom.
        region: the window (H, W).
        sites: those around the window, up to ``bound + LONGEST`` pixels away.
        bend: float64 (2, H, W): how far each pixel is moved down and right before.
        bound: no bend is greater.

    Returns:
        float64 (H, W): 0 at a mitochondrion's centre, 1 at its edge, more outside; and
        float64 (H, W): the distance from its long axis, in pixels.
    """
    inside = np.full(region.shape, np.inf)
    aside = np.zeros(region.shape)
    for ellipse in _ellipses(seed, sites):
        box = Region(ellipse.square_y * SPACING, ellipse.square_x * SPACING, SPACING, SPACING)
        window = box.grow(math.ceil(bound + LONGEST)).intersect(region)
        if window is None:
            continue
        part = region.crop(window)
        far, place = _within(ellipse, window, box, bend[(slice(None), *part)])
        closer = far < inside[part]
        np.copyto(inside[part], far, where=closer)
        np.copyto(aside[part], place, where=closer)
    return inside, aside


def _within(ellipse: _Ellipse, window: Region, box: Region, bend: Floats) -> tuple[Floats, Floats]:
    y = (np.arange(window.height) + (window.y0 - box.y0))[:, None] + bend[0] - ellipse.y
    x = (np.arange(window.width) + (window.x0 - box.x0)) + bend[1] - ellipse.x
    along = (y * ellipse.uy + x * ellipse.ux) / ellipse.long
    aside = x * ellipse.uy - y * ellipse.ux
    across = aside / ellipse.short
    return along * along + across * across, aside


def _ellipses(seed: int, sites: Sites) -> Iterator[_Ellipse]:
    """The mitochondria of all sites whose neighbours are all known."""
    chance = ndtr(normals(seed, 5, sites.squares, 4).astype(np.float64))
    has = chance[0] < _SHARE
    inner = sites.squares.crop(sites.squares.grow(-2))
    for i, j in np.argwhere(has[inner]) + 2:
        size, squeeze, turn = (float(c) for c in chance[1:, i, j])
        aspect, angle = 0.45 + 0.55 * squeeze, math.pi * turn
        u = math.sin(angle), math.cos(angle)
        long = min(LONGEST * (0.45 + 0.55 * size), _room(sites, has, (int(i), int(j)), u, aspect))
        if long >= _SHORTEST:
            place = sites.squares.y0 + int(i), sites.squares.x0 + int(j)
            offset = float(sites.y[i, j]), float(sites.x[i, j])
            yield _Ellipse(*place, *offset, long, long * aspect, *u)


def _room(
    sites: Sites,
    has: NDArray[np.bool_],
    place: tuple[int, int],
    u: tuple[float, float],
    aspect: float,
) -> float:
    """The greatest long half axis with which an ellipse stays inside its cell.

    A half plane whose edge is d away along the unit normal n holds an ellipse around 0 with the
    half axes a, a * aspect along u, v where a * sqrt((n u)^2 + aspect^2 (n v)^2) <= d. The planes
    are those towards sites of other cells, and towards other mitochondria.
    """
    i, j = place
    room = math.inf
    for dy, dx in AROUND:
        p, q = i + dy, j + dx
        if (dy, dx) != (0, 0) and (has[p, q] or sites.cell[p, q] != sites.cell[i, j]):
            y = dy * SPACING + float(sites.y[p, q] - sites.y[i, j])
            x = dx * SPACING + float(sites.x[p, q] - sites.x[i, j])
            apart = math.hypot(y, x)
            along, across = y * u[0] + x * u[1], aspect * (x * u[0] - y * u[1])
            room = min(room, (apart / 2 - _GAP) * apart / math.hypot(along, across))
    return room
