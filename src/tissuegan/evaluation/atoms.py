"""Atoms: small label maps of one size, many of them, from any source.

The paper compares 128 x 128 labels at its label generator's resolution, reduced by two to 64 x 64
(supplement D). For labels at twice that resolution the same atom is ``side=256, factor=4``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.shape.outline import outline
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

Masks = NDArray[np.bool_]

SIDE, FACTOR = 256, 4
CELL_SIDE, CELL_FACTOR = 1024, 8
"""Of single cells, which may be larger than an atom of tissue: the paper's canvas."""
_REACH = 5  # pixels that an outline may lie outside its cell
_APART = 1 << 24  # rows between the places of two seeds


def reduced(masks: Masks, factor: int) -> Masks:
    """Masks at a coarser resolution: a coarse pixel is set where at least half of it was.

    Args:
        masks: bool (..., H, W); H and W are multiples of ``factor``.
        factor: pixels a side of a coarse pixel.

    Returns:
        bool (..., H / factor, W / factor).
    """
    return shares(masks, factor) >= 0.5


def shares(masks: Masks, factor: int) -> NDArray[np.float32]:
    """The share of each ``factor`` x ``factor`` block that is set, float32 (..., h, w).

    Rows and columns beyond the last whole block are left out.
    """
    h, w = masks.shape[-2] // factor, masks.shape[-1] // factor
    whole = masks[..., : h * factor, : w * factor]
    rows = whole.reshape(*masks.shape[:-2], h, factor, w * factor).mean(-2, np.float32)
    blocks: NDArray[np.float32] = rows.reshape(*rows.shape[:-1], w, factor).mean(-1)
    return blocks


def labels_of(source: TissueSource) -> Callable[[Region], Masks]:
    """The masks (C, H, W) of a source by region, without its images where it can leave them out."""
    masks = getattr(source, "masks", None)
    if callable(masks):
        return masks  # type: ignore[no-any-return]
    return lambda region: source[region].masks


def tile_atoms(
    source: TissueSource, count: int, seed: int = 0, side: int = SIDE, factor: int = FACTOR
) -> Masks:
    """Atoms of an endless source: the tiles of a nearly square area of its own for each seed.

    The areas of two seeds lie 2^24 rows apart, so that they are independent wherever a source is
    local. Within an area, two tiles are independent where no noise reaches both: for the shipped
    model, from four tiles of 256 pixels apart. Nearer ones share some of it, neighbours also the
    tissue that crosses their common edge; in a batch of 5,000 that is one pair in a hundred.

    Args:
        source: without bounds.
        count: of atoms.
        seed: 0 or more; which area.
        side: of an atom, in pixels, a multiple of ``factor``.
        factor: by which it is reduced.

    Returns:
        bool (count, C, side / factor, side / factor).

    Raises:
        ValueError: the source has bounds.
    """
    if source.bounds is not None:
        raise ValueError("a source with bounds has no room for tiles; take crops of it")
    columns = isqrt(max(count - 1, 0)) + 1
    strips = [
        Region((seed + 1) * _APART + y * side, 0, side, columns * side)
        for y in range(-(-count // columns))
    ]
    masks, small = labels_of(source), side // factor
    rows = [reduced(masks(strip), factor) for strip in strips]
    tiles = [row.reshape(len(row), small, columns, small).transpose(2, 0, 1, 3) for row in rows]
    return np.concatenate(tiles)[:count]


def crop_atoms(
    sources: Sequence[TissueSource],
    count: int,
    seed: int | Sequence[int] = 0,
    side: int = SIDE,
    factor: int = FACTOR,
) -> Masks:
    """Atoms of stored sections: crops at random, every section and place as likely as another.

    Crops are drawn independently and may overlap: what a source of n sections can give is finite,
    and the birthday test finds that. Arguments and result are those of :func:`tile_atoms`, but that
    the seed may be several numbers.

    Raises:
        ValueError: no source has bounds that hold an atom.
    """
    wide = [s for s in sources if s.bounds is not None and min(s.bounds.shape) >= side]
    if not wide:
        raise ValueError(f"no section holds a patch of {side} x {side} pixels")
    random = np.random.default_rng([*np.atleast_1d(seed), side])
    chosen = [_crop(wide[random.integers(len(wide))], side, random) for _ in range(count)]
    return np.stack([reduced(masks, factor) for masks in chosen])


def cell_atoms(
    cells: Iterable[tuple[Masks, Masks]], side: int = CELL_SIDE, factor: int = CELL_FACTOR
) -> Masks:
    """Atoms of single cells, as the paper takes them for its two baselines.

    Args:
        cells: (filled cell, organelle), bool (h, w) each.
        side: of the canvas whose middle the cell's centroid is laid on; what sticks out is cut.
        factor: by which it is reduced.

    Returns:
        bool (n, 2, side / factor, side / factor): the outline drawn by the one rule of the shape
        features, and the organelle.
    """
    drawn = [reduced(_centred(cell, organelle, side), factor) for cell, organelle in cells]
    return np.array(drawn, bool).reshape(-1, 2, side // factor, side // factor)


def _crop(source: TissueSource, side: int, random: np.random.Generator) -> Masks:
    bounds = source.bounds
    assert bounds is not None
    y, x = (int(random.integers(length - side + 1)) for length in bounds.shape)
    return labels_of(source)(Region(bounds.y0 + y, bounds.x0 + x, side, side))


def _centred(cell: Masks, organelle: Masks, side: int) -> Masks:
    """Outline and organelle on a canvas, bool (2, side, side)."""
    framed = np.pad(np.stack([cell, organelle]), ((0, 0), (_REACH, _REACH), (_REACH, _REACH)))
    drawn, have = np.stack([outline(framed[0]), framed[1]]), Region(0, 0, *framed.shape[1:])
    middle = np.rint(np.argwhere(framed[0]).mean(axis=0)) if cell.any() else np.zeros(2)
    y, x = (int(m) - side // 2 for m in middle)
    window, canvas = Region(y, x, side, side), np.zeros((2, side, side), bool)
    part = window.intersect(have)
    if part is not None:
        canvas[(slice(None), *window.crop(part))] = drawn[(slice(None), *have.crop(part))]
    return canvas
