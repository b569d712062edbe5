"""Masks as integers, a bit a pixel: shifting and combining whole masks in one operation each."""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def packed(mask: Mask) -> int:
    """The integer of a mask (H, W): pixel (y, x) is bit y W + x."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def unpacked(bits: int, shape: tuple[int, ...]) -> Mask:
    """The mask, bool of the given shape, of an integer."""
    size = int(np.prod(shape))
    raw = np.frombuffer(bits.to_bytes(-(-size // 8), "little"), np.uint8)
    return np.unpackbits(raw, count=size, bitorder="little").astype(bool).reshape(shape)


def seen(bits: int, step: int) -> int:
    """Every pixel's neighbour ``step`` bits further on."""
    return bits >> step if step > 0 else bits << -step


def dilated(mask: Mask, radius: int) -> Mask:
    """A mask (H, W) dilated by a disc: pixels up to ``radius`` away from one that is set."""
    framed = np.pad(mask, radius)
    width = framed.shape[1]
    bits, spread = packed(framed), 0
    runs = _runs(bits, radius)
    for down in range(-radius, radius + 1):
        spread |= seen(runs[isqrt(radius**2 - down**2)], width * down)
    return _cut(spread, framed.shape, radius)


def eroded(mask: Mask, radius: int) -> Mask:
    """A mask (H, W) eroded by a disc; outside it is background."""
    framed = np.pad(mask, radius)
    return ~dilated(~framed, radius)[radius:-radius, radius:-radius]


def _runs(bits: int, radius: int) -> list[int]:
    """The mask dilated along rows by 0, 1, ..., ``radius`` pixels."""
    runs = [bits]
    for step in range(1, radius + 1):
        runs.append(runs[-1] | bits >> step | bits << step)
    return runs


def _cut(bits: int, shape: tuple[int, ...], frame: int) -> Mask:
    size = int(np.prod(shape))
    return unpacked(bits & (1 << size) - 1, shape)[frame:-frame, frame:-frame]
