"""The eight exact symmetries of the square."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["SYMMETRIES", "inverse", "symmetry"]

SYMMETRIES = 8
"""The number of symmetries: four quarter turns, each with and without a reflection."""

Array = TypeVar("Array", bound=NDArray[Any])


def symmetry(array: Array, k: int) -> Array:
    """Symmetry ``k`` of the last two axes: ``k % 4`` quarter turns, then from 4 on a mirror.

    Args:
        array: (..., H, W) of any type; odd quarter turns give (..., W, H).
        k: 0 (nothing changes) to 7.

    Returns:
        A view; every pixel keeps its value.

    Raises:
        ValueError: ``k`` is not 0 to 7.
    """
    if not 0 <= k < SYMMETRIES:
        raise ValueError(f"a symmetry is a number from 0 to {SYMMETRIES - 1}, not {k}")
    turned = np.rot90(array, k % 4, axes=(-2, -1))
    return cast(Array, turned if k < 4 else turned[..., ::-1])


def inverse(k: int) -> int:
    """The symmetry that undoes ``k``; the mirrored ones undo themselves.

    Raises:
        ValueError: ``k`` is not 0 to 7.
    """
    if not 0 <= k < SYMMETRIES:
        raise ValueError(f"a symmetry is a number from 0 to {SYMMETRIES - 1}, not {k}")
    return k if k >= 4 else -k % 4
