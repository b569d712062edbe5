"""The phantom's cells: closed, bent polygons of very different sizes.

Sites lie one to a square of a lattice; a cell is the set of points nearest to one site, or to
any of the sites within one large cell of a coarser lattice. Everything is computed from whole
lattice steps and from offsets within squares, never from absolute positions, and with additions,
multiplications, divisions and square roots only, so that a pixel's values do not depend on the
window, however far away it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tissuegan.noise import normals
from tissuegan.region import Region

__all__ = ["AROUND", "REACH", "SPACING", "Sites", "borders", "sites_around"]

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

SPACING = 61  # between sites, in pixels; a prime, so that the phases of tiles average out
REACH = 2  # squares to each side that are searched: enough for exact distances
AROUND = tuple(product(range(-REACH, REACH + 1), repeat=2))

_COARSE = 4  # fine squares to a coarse one, each way
_LARGE = 0.4  # how many of the coarse cells are one large cell
_JITTER = 0.9  # how much of its square a site may lie in


@dataclass(frozen=True, eq=False)
class Sites:
    """One site a lattice square; the arrays are (rows, columns) of squares.

    Attributes:
        squares: the region, counted in squares.
        y: float64, within the square, in pixels.
        x: float64, as ``y``.
        cell: int64, equal for the sites of one cell; means nothing beyond this window.
        shade: float64, N(0, 1), equal within a cell.
        grain: float64, from 0 to 1, equal within a cell.
    """

    squares: Region
    y: Floats
    x: Floats
    cell: Numbers
    shade: Floats
    grain: Floats


def sites_around(seed: int, region: Region, margin: int) -> Sites:
    """The sites that can matter up to ``margin`` pixels around a window."""
    squares = _in_steps(region.grow(margin), SPACING).grow(2 * REACH + 1)
    place = ndtr(normals(seed, 3, squares, 2).astype(np.float64)) - 0.5
    y, x = (SPACING * (0.5 + _JITTER * p) for p in place)
    shade, grain = normals(seed, 4, squares, 2).astype(np.float64)
    large, parent, shades, grains = _large_cells(seed, squares, y, x)
    number = np.arange(squares.area, dtype=np.int64).reshape(squares.shape)
    cell = np.where(large, -1 - parent, number)
    return Sites(
        squares, y, x, cell, np.where(large, shades, shade), ndtr(np.where(large, grains, grain))
    )


def borders(region: Region, sites: Sites, bend: Floats) -> tuple[Floats, Numbers]:
    """How far each pixel is from the border of its cell, and which site it is nearest to.

    Args:
        region: the window (H, W).
        sites: those around the window.
        bend: float64 (2, H, W): how far each pixel is moved down and right before.

    Returns:
        Distance in pixels, float64 (H, W), and the flat number of a site, int64 (H, W).
    """
    row, y = _squares_of(region.y0, sites.squares.y0, bend[0], axis=0)
    column, x = _squares_of(region.x0, sites.squares.x0, bend[1], axis=1)
    square = row * sites.squares.width + column
    nearest = _nearest(square, (y, x), (sites.y, sites.x), SPACING)
    return _border(sites, square, (y, x), nearest), nearest


def _in_steps(region: Region, step: int) -> Region:
    """The squares of side ``step`` that touch a region, counted in squares."""
    whole = region.align(step)
    return Region(*(n // step for n in (whole.y0, whole.x0, whole.height, whole.width)))


def _large_cells(
    seed: int, squares: Region, y: Floats, x: Floats
) -> tuple[NDArray[np.bool_], Numbers, Floats, Floats]:
    """Of each site's coarse cell: whether it is one large cell, its number, shade and grain."""
    coarse = _in_steps(squares, _COARSE).grow(REACH)
    side = _COARSE * SPACING
    place = ndtr(normals(seed, 6, coarse, 2).astype(np.float64)) * side
    kind, shade, grain = normals(seed, 7, coarse, 3).astype(np.float64).reshape(3, -1)
    rows = (np.arange(squares.height) + squares.y0 % _COARSE)[:, None]
    columns = np.arange(squares.width) + squares.x0 % _COARSE
    inside = rows % _COARSE * SPACING + y, columns % _COARSE * SPACING + x
    square = (rows // _COARSE + REACH) * coarse.width + columns // _COARSE + REACH
    parent = _nearest(square, inside, (place[0], place[1]), side)
    return ndtr(kind[parent]) < _LARGE, parent, shade[parent], grain[parent]


def _nearest(
    square: Numbers, point: tuple[Floats, Floats], site: tuple[Floats, Floats], spacing: int
) -> Numbers:
    """The number of the site nearest to each point.

    Args:
        square: the flat number of the square that each point is in, (H, W).
        point: y and x of the points within their squares, (H, W) each.
        site: y and x of the sites within their squares, (rows, columns) each.
        spacing: the side of a square.
    """
    least = np.full(square.shape, np.inf)
    nearest = np.zeros_like(square)
    for dy, dx in AROUND:
        there = square + (dy * site[0].shape[1] + dx)
        away = _away(dy * spacing, dx * spacing, point, there, site)
        closer = away < least
        np.copyto(least, away, where=closer)
        np.copyto(nearest, there, where=closer)
    return nearest


def _border(
    sites: Sites, square: Numbers, point: tuple[Floats, Floats], nearest: Numbers
) -> Floats:
    """The least distance to a bisector between the nearest site and one of another cell."""
    site, cell, width = (sites.y, sites.x), sites.cell.ravel(), sites.squares.width
    rows = (nearest // width - square // width) * SPACING
    columns = (nearest % width - square % width) * SPACING
    least = _away(rows, columns, point, nearest, site)
    own = sites.y.ravel()[nearest], sites.x.ravel()[nearest]
    border = np.full(square.shape, np.inf)
    for dy, dx in AROUND:
        there = square + (dy * width + dx)
        away = _away(dy * SPACING, dx * SPACING, point, there, site)
        apart = _away(dy * SPACING - rows, dx * SPACING - columns, own, there, site)
        apart[cell[there] == cell[nearest]] = 0
        with np.errstate(divide="ignore", invalid="ignore"):
            np.fmin(border, (away - least) / (2 * np.sqrt(apart)), out=border, where=apart > 0)
    return border


def _away(
    dy: int | Numbers,
    dx: int | Numbers,
    point: tuple[Floats, Floats],
    there: Numbers,
    site: tuple[Floats, Floats],
) -> Floats:
    """Squared distance from points to sites ``there``, whose squares are (dy, dx) pixels on."""
    y = site[0].ravel()[there] - point[0] + dy
    x = site[1].ravel()[there] - point[1] + dx
    y *= y
    x *= x
    y += x
    return y


def _squares_of(start: int, first: int, bend: Floats, axis: int) -> tuple[Numbers, Floats]:
    """The row (or column) of squares that each bent pixel is in, from ``first`` on, and where."""
    count = np.arange(bend.shape[axis]) + start % SPACING
    whole = count // SPACING
    shape = (-1, 1) if axis == 0 else (1, -1)
    local = (count - whole * SPACING).reshape(shape) + bend
    over = np.floor(local / SPACING)
    square = (whole + (start // SPACING - first)).reshape(shape) + over.astype(np.int64)
    return square, local - over * SPACING
