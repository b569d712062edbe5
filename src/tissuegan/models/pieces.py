"""What is left out of drawn labels for being a piece on its own: bodies that fit into a square."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = np.zeros((3, 3, 3), bool)
NEIGHBOURS[1] = True
"""Of a pixel: all eight in its own channel, none in the channels beside it."""


def without_pieces(masks: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """Masks without the bodies that fit into a square.

    A body that touches the border may go on beyond it and is left as it is. So whatever lies at
    least ``side`` pixels from the border is what it would be in any larger window.

    Args:
        masks: bool (C, H, W), each channel for itself; bodies are 8-connected.
        side: of the square, in pixels; 0 leaves the masks as they are.
    """
    if not side:
        return masks
    from scipy import ndimage  # not before something is drawn: a viewer opens without it

    bodies, _ = ndimage.label(masks, NEIGHBOURS)
    fits = [_fits(place, masks.shape, side) for place in ndimage.find_objects(bodies)]
    left: NDArray[np.bool_] = masks & ~np.array([False, *fits])[bodies]
    return left


def _fits(place: tuple[slice, ...], shape: tuple[int, ...], side: int) -> bool:
    """Whether a body with this bounding box fits into the square and is seen whole."""
    rows_and_columns = list(zip(place, shape, strict=True))[1:]
    return all(
        along.start > 0 and along.stop < size and along.stop - along.start <= side
        for along, size in rows_and_columns
    )
