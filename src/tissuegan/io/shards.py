"""One array on disk, written shard by shard: each once, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import google_crc32c
import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.core.sync import sync

from tissuegan.io.store import open_store, tail
from tissuegan.ome.layout import Layout, Place
from tissuegan.region import Region

__all__ = ["Shards"]


@dataclass(frozen=True, eq=False)
class Shards:
    """The array of one level of a layer.

    Attributes:
        url: of the store.
        path: of the array in it.
        layout: of the picture.
        level: of the pyramid.
    """

    url: str
    path: str
    layout: Layout
    level: int

    @cached_property
    def _array(self) -> zarr.Array[Any]:
        with zarr.config.set({"array.write_empty_chunks": True}):
            return zarr.open_array(open_store(self.url), path=self.path, mode="r+")

    def key(self, place: Place) -> str:
        """A shard's key in the store."""
        return f"{self.path}/c/{place[0]}/{place[1]}"

    def has(self, place: Place) -> bool:
        """Whether a shard is there and whole: its index lies at its end, with a checksum."""
        chunks = (self.layout.shard // self.layout.chunk) ** 2
        index = tail(open_store(self.url), self.key(place), 16 * chunks + 4)
        if index is None or len(index) != 16 * chunks + 4:
            return False
        return bool(google_crc32c.value(index[:-4]) == int.from_bytes(index[-4:], "little"))

    def write(self, place: Place, pixels: NDArray[Any]) -> None:
        """Writes one shard, in place of what may be left of it.

        Args:
            place: of the shard.
            pixels: of the part of the shard that the level has, (h, w).
        """
        store = open_store(self.url)
        sync(store.delete(self.key(place)))
        rows, columns = _slices(self.layout.window(self.level, place))
        self._array[rows, columns] = pixels

    def read(self, window: Region) -> NDArray[Any]:
        """Pixels (h, w) of a window in the level's own pixels, from any number of shards."""
        return np.asarray(self._array[_slices(window)])


def _slices(window: Region) -> tuple[slice, slice]:
    return slice(window.y0, window.y1), slice(window.x0, window.x1)
