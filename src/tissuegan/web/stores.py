"""What is shown as OME-Zarr over HTTP, computed as it is read: for Neuroglancer and napari."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from tissuegan.region import Region
from tissuegan.tissue import TissueSource

if TYPE_CHECKING:
    from tissuegan.ome.virtual import VirtualStore

STORES = 4
STORE_BYTES = 32 << 20
MOST_SIDE = 1 << 13
"""Of a window, in pixels: viewers read the coarsest level whole, for which all has to be made."""

READERS = Middleware(
    CORSMiddleware,
    allow_origins=["https://neuroglancer-demo.appspot.com"],
    allow_origin_regex=r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?",
    allow_methods=["GET", "HEAD"],
    allow_headers=["*"],
    allow_private_network=True,
    expose_headers=["Content-Range", "ETag"],
)
"""Whose pages may read: those of this machine and Neuroglancer's own, since tissue may be private;
napari is no page and needs no leave."""


@dataclass(eq=False)
class Stores:
    """The virtual stores that were read lately."""

    _open: OrderedDict[Hashable, VirtualStore] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, key: Hashable, source: TissueSource, region: Region) -> VirtualStore:
        """The store of a window of a source."""
        from tissuegan.ome.virtual import VirtualStore

        with self._lock:
            if key not in self._open:
                self._open[key] = VirtualStore(source, region, keep=STORE_BYTES)
            self._open.move_to_end(key)
            while len(self._open) > STORES:
                self._open.popitem(last=False)
            return self._open[key]
