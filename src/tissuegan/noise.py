"""Noise that is a function of where, not a stream: any window of it is made directly.

The integers come from Philox 4x32-10, a counter-based generator (J. K. Salmon, M. A. Moraes,
R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Each pixel's
coordinates are the counter, so no pixel depends on which window was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tissuegan.region import Region

__all__ = ["normals", "philox4x32"]

_Words = NDArray[np.uint64]  # 32-bit words, one in each 64-bit integer

_ROUNDS = 10
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = np.array([0x9E3779B9, 0xBB67AE85], np.uint64)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)

_PER_BLOCK = 8  # values of 16 bits in one block of four words
_BLOCKS_AT_ONCE = 8192  # so that the working arrays stay in the processor's cache
_REACH = 2**63


def philox4x32(counter: NDArray[np.uint32], key: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Philox 4x32-10: four random words for every counter (Salmon et al. 2011).

    Args:
        counter: uint32 (..., 4).
        key: uint32 (2,).

    Returns:
        uint32 (..., 4), a pure function of counter and key, equal to Random123's.

    Raises:
        ValueError: another shape or type.
    """
    if counter.dtype != np.uint32 or counter.shape[-1:] != (4,):
        raise ValueError(f"counters are uint32 (..., 4), not {counter.dtype} {counter.shape}")
    if key.dtype != np.uint32 or key.shape != (2,):
        raise ValueError(f"a key is uint32 (2,), not {key.dtype} {key.shape}")
    words = np.moveaxis(counter.astype(np.uint64), -1, 0)
    mixed = _philox((words[0], words[1], words[2], words[3]), key.astype(np.uint64))
    return np.stack(mixed, axis=-1).astype(np.uint32)


def normals(seed: int, stream: int, region: Region, channels: int) -> NDArray[np.float32]:
    """Independent standard normal numbers, a pure function of place.

    The value at (channel, y, x) depends on seed, stream, channel, y and x alone: any window is
    the crop of any larger one, bit for bit. Values are the 65536 quantiles (i + 1/2) / 65536 of
    N(0, 1), so none is beyond 4.33.

    Args:
        seed: 0 to 2**64 - 1.
        stream: 0 to 2**32 - 1; different streams of one seed are independent.
        region: the window (H, W), anywhere within 64-bit signed coordinates.
        channels: how many independent images to make.

    Returns:
        float32 (channels, H, W).

    Raises:
        ValueError: an argument outside its range.
    """
    _check_reach(region)
    keys = _channel_keys(seed, stream, channels)
    values = np.empty((channels, *region.shape), np.float32)
    for part in _parts(region):
        rows, columns = region.crop(part)
        step = max(1, _BLOCKS_AT_ONCE * _PER_BLOCK // part.area)
        for c in range(0, channels, step):
            chosen = slice(c, c + step)
            values[chosen, rows, columns] = _quantiles(_integers(keys[:, chosen], part))
    return values


@cache
def _table() -> NDArray[np.float32]:
    """The standard normal quantiles of the middles of 65536 equal steps, float32 (65536,)."""
    quantile = NormalDist().inv_cdf
    lower = np.array([quantile((i + 0.5) / 65536) for i in range(32768)], np.float32)
    table = np.concatenate([lower, -lower[::-1]])
    table.flags.writeable = False
    return table


def _quantiles(integers: NDArray[np.uint16]) -> NDArray[np.float32]:
    return np.take(_table(), integers, mode="clip")  # 16 bits cannot leave the table


def _check_reach(region: Region) -> None:
    if min(region.y0, region.x0) < -_REACH or max(region.y1, region.x1) > _REACH:
        raise ValueError(f"noise has 64-bit coordinates, which {region} leaves")


def _channel_keys(seed: int, stream: int, channels: int) -> _Words:
    """A key of two words for every channel, (2, channels), itself made by Philox."""
    _check_range("a seed", seed, 64)
    _check_range("a stream", stream, 32)
    _check_range("the number of channels", channels, 32)
    counter = np.zeros((channels, 4), np.uint32)
    counter[:, 0], counter[:, 1] = stream, np.arange(channels)
    seed_words = np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
    return philox4x32(counter, seed_words)[:, :2].T.astype(np.uint64)


def _check_range(what: str, value: int, bits: int) -> None:
    if not 0 <= value < 2**bits:
        raise ValueError(f"{what} goes from 0 to 2**{bits} - 1, not {value}")


def _parts(region: Region) -> Iterator[Region]:
    """Pieces of the region, of few enough blocks for the cache."""
    width = min(region.width, _BLOCKS_AT_ONCE * _PER_BLOCK)
    height = max(1, _BLOCKS_AT_ONCE * _PER_BLOCK // width)
    for y in range(region.y0, region.y1, height):
        for x in range(region.x0, region.x1, width):
            yield Region(y, x, min(height, region.y1 - y), min(width, region.x1 - x))


def _integers(keys: _Words, region: Region) -> NDArray[np.uint16]:
    """Sixteen random bits a pixel, (C, H, W), for keys (2, C): eight pixels of a row a block."""
    first, last = region.x0 // _PER_BLOCK, (region.x1 - 1) // _PER_BLOCK
    y = np.arange(region.height, dtype=np.int64)[:, None] + region.y0
    x = np.arange(last - first + 1, dtype=np.int64) + first
    words = _philox((*_halves(x), *_halves(y)), keys[:, :, None, None])
    packed = np.empty((*words[0].shape, 4), "<u4")
    for k, word in enumerate(words):
        packed[..., k] = word
    row = packed.view("<u2").reshape(*packed.shape[:2], -1)
    start = region.x0 - first * _PER_BLOCK
    return row[..., start : start + region.width]


def _halves(coordinate: NDArray[np.int64]) -> tuple[_Words, _Words]:
    """Low and high word of 64-bit coordinates, negative ones in two's complement."""
    whole = coordinate.view(np.uint64)
    return whole & _LOW, whole >> _HALF


def _philox(words: tuple[_Words, _Words, _Words, _Words], key: _Words) -> tuple[_Words, ...]:
    """The ten rounds, for four arrays of words and a key (2, ...) that broadcast together."""
    a, b, c, d = words
    weyl = _WEYL.reshape(2, *[1] * (key.ndim - 1))
    for step in range(_ROUNDS):
        key_a, key_c = (key + np.uint64(step) * weyl) & _LOW
        p, q = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b = (q >> _HALF) ^ key_a ^ b, q & _LOW
        c, d = (p >> _HALF) ^ key_c ^ d, p & _LOW
    return a, b, c, d
