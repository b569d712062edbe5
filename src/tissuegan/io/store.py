"""Places by name: a path or any URL that fsspec knows, as a zarr store."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from zarr.abc.store import ByteRequest, Store, SuffixByteRequest
from zarr.core.buffer import default_buffer_prototype
from zarr.core.sync import sync
from zarr.storage import FsspecStore, LocalStore

from tissuegan.errors import UserError
from tissuegan.io.files import writing

__all__ = ["get", "is_empty", "is_url", "open_store", "put", "tail"]


def is_url(place: str) -> bool:
    """Whether a place is a URL and not a path."""
    return "://" in place


@lru_cache(maxsize=16)
def open_store(place: str) -> Store:
    """The store at a path or URL; nothing is made yet.

    Raises:
        UserError: no library at hand knows URLs of that kind.
    """
    if not is_url(place):
        return LocalStore(Path(place))
    try:
        return FsspecStore.from_url(place)
    except (ImportError, ValueError) as error:
        raise UserError(f"{place} cannot be opened ({error}); choose another place") from None


def get(store: Store, key: str, part: ByteRequest | None = None) -> bytes | None:
    """What lies under a key, or a part of it; None where nothing does."""
    found = sync(store.get(key, default_buffer_prototype(), part))
    return None if found is None else found.to_bytes()


def tail(store: Store, key: str, size: int) -> bytes | None:
    """The last bytes of what lies under a key."""
    return get(store, key, SuffixByteRequest(size))


def put(store: Store, key: str, contents: bytes) -> None:
    """Puts bytes under a key, whole or not at all; UserError where that cannot be."""
    with writing(str(store)):
        sync(store.set(key, default_buffer_prototype().buffer.from_bytes(contents)))


def is_empty(store: Store) -> bool:
    """Whether there is nothing in a store, not even half of something."""
    return bool(sync(store.is_empty("")))
