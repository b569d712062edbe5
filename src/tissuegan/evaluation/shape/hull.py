"""SLF1.14 to 1.16: the convex hull of all objects together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.images import Floats, Mask, ObjectImage
from tissuegan.evaluation.shape.quads import smooth_area

NAMES = (
    "SLF1.14:convex_hull:fraction_of_overlap",
    "SLF1.15:convex_hull:shape_factor",
    "SLF1.16:convex_hull:eccentricity",
)
_ROUNDING = 1e-9


def hull_features(objects: ObjectImage) -> Floats:
    """The three hull features, float64 (3,), all ratios.

    The length of the rim is its ``bwarea``, as in the published code; areas are pixel counts.
    """
    hull = hull_mask(objects.mask)
    area = hull.sum()
    rim = smooth_area(rim_of(hull))
    overlap = objects.areas.sum() / area
    return np.array([overlap, rim**2 / (4 * np.pi * area), eccentricity(hull)])


def hull_mask(mask: Mask) -> Mask:
    """Pixels whose centres lie in the convex hull of the pixels' centres, bool (H, W).

    In each row of the hull they are those between its left and its right chain of corners.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    some = mask[rows]
    left = some.argmax(axis=1)
    right = mask.shape[1] - 1 - some[:, ::-1].argmax(axis=1)
    between = np.arange(rows[0], rows[-1] + 1)
    first = np.ceil(_chain(rows, left, between) - _ROUNDING).astype(np.int32)
    last = np.floor(-_chain(rows, -right, between) + _ROUNDING).astype(np.int32)
    columns = np.arange(mask.shape[1], dtype=np.int32)
    hull = np.zeros_like(mask)
    within = hull[rows[0] : rows[-1] + 1]
    np.logical_and(columns >= first[:, None], columns <= last[:, None], out=within)
    return hull


def rim_of(mask: Mask) -> Mask:
    """Pixels of a mask (H, W) with one of their four neighbours outside it."""
    framed = np.pad(mask, 1)
    inside = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    return mask & ~inside


def eccentricity(mask: Mask) -> float:
    """Eccentricity of the ellipse with the same second moments as a mask (H, W); a point has 0."""
    by_row, by_column = mask.sum(axis=1), mask.sum(axis=0)
    rows, columns = _about_mean(by_row), _about_mean(by_column)
    across, down, mixed = by_column @ columns**2, by_row @ rows**2, rows @ (mask @ columns)
    split = np.hypot(across - down, 2 * mixed)
    largest = across + down + split
    return float(np.sqrt(2 * split / largest)) if largest else 0.0


def _about_mean(counts: NDArray[np.int64]) -> Floats:
    """The places 0, 1, ... less their mean, each as often as counts (n,) says."""
    places = np.arange(len(counts))
    centred: Floats = places - (places @ counts) / counts.sum()
    return centred


def _chain(
    rows: NDArray[np.int64], columns: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The largest convex function of the row below the given columns (k,), at other rows."""
    xs, ys = [int(rows[0])], [int(columns[0])]
    for x, y in zip(rows[1:].tolist(), columns[1:].tolist(), strict=True):
        while len(xs) > 1 and (ys[-1] - ys[-2]) * (x - xs[-1]) >= (y - ys[-1]) * (xs[-1] - xs[-2]):
            xs.pop()
            ys.pop()
        xs.append(x)
        ys.append(y)
    chain: NDArray[np.float64] = np.interp(at, xs, ys)
    return chain
