"""Tissue as an OME-Zarr that is stored nowhere: chunks are computed when they are read."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import zarr
from numcodecs import Zstd
from numpy.typing import NDArray
from zarr.abc.store import (
    ByteRequest,
    OffsetByteRequest,
    RangeByteRequest,
    Store,
    SuffixByteRequest,
)
from zarr.core.buffer import Buffer, BufferPrototype

from tissuegan.ome.layout import CHUNK, Layout, Place
from tissuegan.ome.metadata import COMPRESSION, Layer, Picture, class_layers, documents
from tissuegan.ome.pyramid import halved
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

__all__ = ["ENDLESS", "VirtualStore", "part_of", "virtual_array"]

ENDLESS = Region(0, 0, 1 << 20, 1 << 20)
"""The window of an endless source where none is named: a terapixel."""
KEEP = 64 << 20
# Threads of our own: a source may itself read zarr, which waits for a thread of zarr's.
_THREADS = ThreadPoolExecutor(4, "tissuegan-virtual")
Pixels = dict[str, NDArray[Any]]
Result = TypeVar("Result")


class VirtualStore(Store):
    """A read-only zarr store over a window of a source.

    Image and ``labels/CLASS`` have the same pyramid; a chunk of level k needs 4^k of the first, so
    chunks that were made are kept, as far as ``keep`` bytes go. The store can be pickled wherever
    the source can.

    Args:
        source: of the tissue.
        region: the window; left out, the source's bounds, or :data:`ENDLESS`.
        levels: of the pyramid, at most; left out, as many as end in a single chunk.
        chunk: side of a chunk in pixels.
        keep: bytes of chunks to keep.
    """

    def __init__(
        self,
        source: TissueSource,
        region: Region | None = None,
        levels: int = 64,
        chunk: int = CHUNK,
        keep: int = KEEP,
    ) -> None:
        super().__init__(read_only=True)
        self._is_open = True
        self.source, self.levels, self.keep = source, levels, keep
        self.layout = Layout(region or source.bounds or ENDLESS, chunk, 2 * chunk, levels)
        self._kept: OrderedDict[tuple[int, Place], Pixels] = OrderedDict()
        self._lock = RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        words = (self.source, self.layout.region, self.levels, self.layout.chunk, self.keep)
        return VirtualStore, words

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VirtualStore):
            return False
        return self.layout == other.layout and self.source is other.source

    def __hash__(self) -> int:
        return hash(self.layout)

    def __str__(self) -> str:
        return f"virtual://{type(self.source).__name__.lower()}"

    @cached_property
    def picture(self) -> Picture:
        """The metadata."""
        source, region = self.source, self.layout.region
        corner = source[Region(region.y0, region.x0, 1, 1)]
        most = 0 if corner.image is None else int(np.iinfo(corner.image.dtype).max)
        grey = () if corner.image is None else (Layer("", str(corner.image.dtype)),)
        facts = {
            "region": [region.y0, region.x0, region.height, region.width],
            "pixel_size_nm": source.pixel_size_nm,
            "classes": list(source.classes.names),
            "colours": [list(colour) for colour in source.classes.colours],
            "provenance": dict(corner.provenance),
        }
        layers = (*grey, *class_layers(source.classes))
        return Picture(self.layout, layers, source.pixel_size_nm, (0, most), facts, shards=False)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """All metadata by key; made by way of zarr's event loop, so never first on that loop."""
        return documents(self.picture)

    async def _files(self) -> Mapping[str, bytes]:
        return await _aside(lambda: self.files)

    def value(self, key: str) -> bytes | None:
        """What lies under a key, computed now if it is a chunk; None where nothing does."""
        if (document := self.files.get(key)) is not None:
            return document
        found = self._chunk_of(key)
        if found is None:
            return None
        layer, level, place = found
        with self._lock:
            pixels = self._pixels(level, place)[layer.name]
        side = self.layout.chunk
        whole = np.zeros((side, side), np.dtype(layer.dtype).newbyteorder("<"))
        whole[: pixels.shape[0], : pixels.shape[1]] = pixels
        return bytes(Zstd(level=COMPRESSION).encode(whole.tobytes()))

    def _chunk_of(self, key: str) -> tuple[Layer, int, Place] | None:
        """Layer, level and place of a chunk's key, or None if it is no chunk's."""
        words = key.split("/")
        numbers = (*words[-4:-3], *words[-2:])
        if len(words) < 4 or words[-3] != "c" or not all(map(str.isdecimal, numbers)):
            return None
        level, row, column = map(int, numbers)
        path = "/".join(words[:-4])
        layer = next((layer for layer in self.picture.layers if layer.path == path), None)
        if layer is None or level >= self.layout.levels:
            return None
        inside = (
            side > n * self.layout.chunk
            for side, n in zip(self.layout.shape(level), (row, column), strict=True)
        )
        return (layer, level, (row, column)) if all(inside) else None

    def _pixels(self, level: int, place: Place) -> Pixels:
        """The pixels (h, w) of every layer in one chunk, as far as the level goes."""
        if (level, place) not in self._kept:
            made = self._halved(level, place) if level else self._drawn(place)
            self._kept[level, place] = made
            size = sum(pixels.nbytes for pixels in made.values())
            while len(self._kept) > max(1, self.keep // size):
                self._kept.popitem(last=False)
        self._kept.move_to_end((level, place))
        return self._kept[level, place]

    def _drawn(self, place: Place) -> Pixels:
        side = self.layout.chunk
        window = self.layout.clipped(0, Region(place[0] * side, place[1] * side, side, side))
        tissue = self.source[self.layout.on_plane(window)]
        masks = zip(tissue.classes.names, tissue.masks.astype(np.uint8), strict=True)
        return dict(masks) if tissue.image is None else {"": tissue.image, **dict(masks)}

    def _halved(self, level: int, place: Place) -> Pixels:
        rows, columns = self.layout.shape(level - 1)
        side = self.layout.chunk
        y, x = ([2 * n, 2 * n + 1] for n in place)
        below = [
            [self._pixels(level - 1, (i, j)) for j in x if j * side < columns]
            for i in y
            if i * side < rows
        ]
        return {
            layer.name: halved(np.block([[p[layer.name] for p in row] for row in below]), layer)
            for layer in self.picture.layers
        }

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """The bytes under a key, or a part of them; None where nothing lies."""
        value = await _aside(lambda: self.value(key))
        return None if value is None else prototype.buffer.from_bytes(part_of(value, byte_range))

    async def get_partial_values(
        self,
        prototype: BufferPrototype,
        key_ranges: Iterable[tuple[str, ByteRequest | None]],
    ) -> list[Buffer | None]:
        """Parts of several values."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    async def exists(self, key: str) -> bool:
        """Whether something lies under a key; no chunk is computed for that."""
        return key in await self._files() or self._chunk_of(key) is not None

    @property
    def supports_writes(self) -> bool:
        """No."""
        return False

    @property
    def supports_deletes(self) -> bool:
        """No."""
        return False

    @property
    def supports_listing(self) -> bool:
        """Of groups and arrays; chunks are too many."""
        return True

    async def set(self, key: str, value: Buffer) -> None:  # noqa: ARG002
        """Nothing can be written; PermissionError."""
        raise PermissionError(f"{key} is computed and cannot be written")

    async def delete(self, key: str) -> None:
        """Nothing can be deleted; PermissionError."""
        raise PermissionError(f"{key} is computed and cannot be deleted")

    async def list(self) -> AsyncIterator[str]:
        """The keys of all metadata."""
        for key in await self._files():
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """The keys of metadata that begin with a prefix."""
        for key in await self._files():
            if key.startswith(prefix):
                yield key

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """The names right below a prefix."""
        start = f"{prefix.rstrip('/')}/" if prefix else ""
        keys = [key for key in await self._files() if key.startswith(start)]
        for name in dict.fromkeys(key.removeprefix(start).split("/")[0] for key in keys):
            yield name


async def _aside(call: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, call)


def part_of(value: bytes, part: ByteRequest | None) -> bytes:
    """The bytes that a request asks for."""
    if isinstance(part, RangeByteRequest):
        return value[part.start : part.end]
    if isinstance(part, OffsetByteRequest):
        return value[part.offset :]
    if isinstance(part, SuffixByteRequest):
        return value[-part.suffix :]
    return value


def virtual_array(
    source: TissueSource, layer: str = "image", region: Region | None = None
) -> zarr.Array[Any]:
    """A zarr array of a window of a source, computed where it is read.

    Args:
        source: of the tissue.
        layer: "image", or a class, whose mask is uint8 with 0 and 1.
        region: the window, whose upper left pixel is the array's first; left out, the source's
            bounds, or :data:`ENDLESS`.

    Raises:
        ValueError: there is no such layer.
    """
    store = VirtualStore(source, region, levels=1)
    names = {one.name or "image": one for one in store.picture.layers}
    if layer not in names:
        raise ValueError(f"there is no layer '{layer}' among {', '.join(names)}")
    return zarr.open_array(store, path=names[layer].array(0), mode="r")
