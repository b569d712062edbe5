"""Halving: pixels of one level of a pyramid from four of the level below."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.ome.metadata import Layer

__all__ = ["halved"]


def halved(pixels: NDArray[Any], layer: Layer) -> NDArray[Any]:
    """The next level's pixels (ceil(H / 2), ceil(W / 2)) of pixels (H, W).

    Grey values are averaged and rounded half up; a mask has what at least two of four pixels
    have; of instances the upper left pixel's number stays. Odd edges are repeated.
    """
    if layer.name and layer.colour is None:
        return pixels[::2, ::2].copy()  # a view would keep all of them in memory
    odd = [(0, side % 2) for side in pixels.shape]
    whole = np.pad(pixels, odd, mode="edge") if any(map(max, odd)) else pixels
    total = sum(whole[i::2, j::2].astype(np.uint32) for i in (0, 1) for j in (0, 1))
    if layer.name:
        return (np.asarray(total) >= 2).astype(pixels.dtype)
    return ((np.asarray(total) + 2) // 4).astype(pixels.dtype)
