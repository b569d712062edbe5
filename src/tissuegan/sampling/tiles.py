"""Windows of an endless plane, cut from whole tiles of one lattice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.region import Region

Pixels = NDArray[Any]


class Tiles:
    """Answers with any window, computing each tile it needs at most once while it stays cached.

    Convolutions round differently for different shapes: because only whole tiles are ever
    computed, a pixel does not depend on the window in which it was asked for. Masks are kept as
    bits, so that an eighth of the memory holds them.

    Args:
        size: side of a tile in pixels.
        compute: the pixels (..., size, size) of one tile of the lattice.
        keep: bytes of computed tiles to keep; the least recently used go first.
        start: a row and column at which tiles begin.
    """

    def __init__(
        self, size: int, compute: Callable[[Region], Pixels], keep: int, start: int = 0
    ) -> None:
        self.size, self.start = size, start
        self._compute = compute
        self._keep = keep
        self._held = 0
        self._cache: OrderedDict[Region, Kept] = OrderedDict()
        self._lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Without the tiles: where they are wanted, they are computed."""
        aside = ("_held", "_cache", "_lock")
        return {name: value for name, value in vars(self).items() if name not in aside}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _held=0, _cache=OrderedDict(), _lock=Lock())

    def window(self, region: Region) -> Pixels:
        """Pixels (..., H, W) of a region."""
        out: Pixels | None = None
        for place in self.places(region):
            part = place.intersect(region)
            assert part is not None
            tile = self.tile(place)
            if out is None:
                out = np.empty((*tile.shape[:-2], *region.shape), tile.dtype)
            out[(..., *region.crop(part))] = tile[(..., *place.crop(part))]
        assert out is not None
        return out

    def places(self, region: Region) -> Iterator[Region]:
        """The tiles of the lattice that touch a region, row by row."""
        moved = region.shift(-self.start, -self.start)
        return (place.shift(self.start, self.start) for place in moved.tiles(self.size))

    def tile(self, place: Region) -> Pixels:
        """Pixels of one tile of the lattice."""
        with self._lock:
            kept = self._cache.get(place)
            if kept is not None:
                self._cache.move_to_end(place)
        if kept is not None:
            return kept.pixels()
        pixels = self._compute(place)
        pixels.setflags(write=False)
        with self._lock:
            self._remember(place, Kept.of(pixels))
        return pixels

    def _remember(self, place: Region, kept: Kept) -> None:
        if place not in self._cache:
            self._held += kept.values.nbytes
        self._cache[place] = kept
        while self._held > self._keep and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._held -= dropped.values.nbytes


@dataclass(frozen=True, eq=False)
class Kept:
    """A tile in the cache.

    Attributes:
        values: its pixels, or eight columns of a mask a byte.
        columns: how wide the tile is where it is a mask, else None.
    """

    values: Pixels
    columns: int | None

    @classmethod
    def of(cls, pixels: Pixels) -> Kept:
        """The tile of pixels (..., H, W)."""
        if pixels.dtype != np.bool_:
            return cls(pixels, None)
        return cls(np.packbits(pixels, axis=-1), pixels.shape[-1])

    def pixels(self) -> Pixels:
        """The pixels as they were, not to be written to."""
        if self.columns is None:
            return self.values
        found = np.unpackbits(self.values, axis=-1, count=self.columns).view(np.bool_)
        found.setflags(write=False)
        return found
