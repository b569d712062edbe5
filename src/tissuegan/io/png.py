"""PNG files written row by row, so that memory does not grow with their height.

The common libraries want the whole array. This is the format's plain subset: one grey channel of
1, 8 or 16 bit, with text fields, and every file appears whole or not at all.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTHS = {"bool": 1, "uint8": 8, "uint16": 16}
LEVEL = 3


class PngWriter:
    """A grey PNG of known size that takes bands of rows; use as a context manager.

    Args:
        path: the file; it is replaced when the block ends without an exception.
        shape: rows and columns.
        dtype: bool (1 bit), uint8 or uint16.
        text: Latin-1 text fields, in order.
    """

    def __init__(
        self, path: Path, shape: tuple[int, int], dtype: str, text: Mapping[str, str]
    ) -> None:
        self.path, self.shape, self.dtype, self.text = path, shape, dtype, text
        self._part = path.with_name(f".{path.name}.part")
        self._deflate = zlib.compressobj(LEVEL)
        self._stream: BinaryIO
        self._written = 0

    def __enter__(self) -> PngWriter:
        self._stream = self._part.open("wb")
        self._stream.write(SIGNATURE)
        rows, columns = self.shape
        header = struct.pack(">IIBBBBB", columns, rows, DEPTHS[self.dtype], 0, 0, 0, 0)
        self._chunk(b"IHDR", header)
        for key, value in self.text.items():
            self._chunk(b"tEXt", key.encode("latin-1") + b"\0" + value.encode("latin-1"))
        return self

    def rows(self, band: NDArray[Any]) -> None:
        """Appends rows (n, columns) of the writer's dtype; ValueError for another array."""
        if band.dtype != self.dtype or band.ndim != 2 or band.shape[1] != self.shape[1]:
            raise ValueError(f"{band.dtype} {band.shape} are no rows of {self.dtype} {self.shape}")
        self._written += band.shape[0]
        packed = _packed(band)
        lines = np.zeros((packed.shape[0], packed.shape[1] + 1), np.uint8)
        lines[:, 1:] = packed
        self._chunk(b"IDAT", self._deflate.compress(lines.tobytes()))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            with suppress(OSError):  # of a full disk, which has been told already
                self._stream.close()
            self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        if self._written != self.shape[0]:
            raise ValueError(f"{self._written} rows do not make {self.path}, {self.shape}")
        self._chunk(b"IDAT", self._deflate.flush())
        self._chunk(b"IEND", b"")
        self._stream.close()
        self._part.replace(self.path)

    def _chunk(self, kind: bytes, data: bytes) -> None:
        if data or kind != b"IDAT":
            check = struct.pack(">I", zlib.crc32(kind + data))
            self._stream.write(struct.pack(">I", len(data)) + kind + data + check)


def _packed(band: NDArray[Any]) -> NDArray[np.uint8]:
    if band.dtype == np.bool_:
        return np.packbits(band, axis=1)
    big_endian = np.ascontiguousarray(band, band.dtype.newbyteorder(">"))
    return big_endian.view(np.uint8)


def png_text(path: Path) -> dict[str, str]:
    """The text fields of a PNG, in order; empty where it is no PNG."""
    fields: dict[str, str] = {}
    with path.open("rb") as stream:
        if stream.read(8) != SIGNATURE:
            return fields
        while len(head := stream.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind in (b"IDAT", b"IEND"):
                break
            data = stream.read(length + 4)[:-4]
            if kind == b"tEXt":
                key, _, value = data.partition(b"\0")
                fields[key.decode("latin-1")] = value.decode("latin-1")
    return fields
