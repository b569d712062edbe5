"""Results of earlier calls on disk, by what they were computed from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import tissuegan
from tissuegan.evaluation.panel import Memory
from tissuegan.io.files import write_atomically

_MEASURED_BY = ("evaluation", "objects")
_DRAWN_BY = ("models", "networks", "sampling", "noise.py")


class Cache:
    """Remembers what JSON can say in files of a folder, and what was asked for in memory.

    A file's name is the digest of its key and of the code that measures, so that neither other
    inputs nor another version find it; a file that is damaged is made again.

    Args:
        folder: made when there is something to write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._memory = folder, Memory()

    def __call__(self, key: Sequence[str], make: Callable[[], dict[str, Any]], /) -> dict[str, Any]:
        """The value of a key: from memory, from disk, or made and kept."""
        return self._memory(key, lambda: self._stored(key, make))

    def knows(self, key: Sequence[str], /) -> bool:
        """Whether the value of a key is in memory or on disk."""
        return self._memory.knows(key) or _read(self._path(key)) is not None

    def _path(self, key: Sequence[str]) -> Path:
        name = sha256("\0".join((code(*_MEASURED_BY), *key)).encode()).hexdigest()
        return self._folder / f"{name}.json"

    def _stored(self, key: Sequence[str], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        path = self._path(key)
        known = _read(path)
        if known is None:
            known = make()
            write_atomically(path, json.dumps(known, allow_nan=False).encode())
        return known


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


@cache
def code(*packages: str) -> str:
    """Digest of the source of packages and modules of the library."""
    root = Path(tissuegan.__file__).parent
    found = sha256()
    for package in packages:
        place = root / package
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            if path.parent.name != "report":
                found.update(path.read_bytes())
    return found.hexdigest()


def drawing(*facts: str) -> str:
    """Digest of what a model draws, by the facts that decide it and by the code that draws it."""
    return sha256("\0".join((code(*_DRAWN_BY), *facts)).encode()).hexdigest()
