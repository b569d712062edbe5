"""Memory that a process frees is kept for its next tensors, and goes back between two tasks."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache

__all__ = ["environment", "give_back", "keep_freed_memory"]

NEVER = (1 << 31) - 1
SETTINGS = {
    "MALLOC_MMAP_MAX_": (-4, 0),
    "MALLOC_TRIM_THRESHOLD_": (-1, NEVER),
    "MALLOC_ARENA_MAX": (-8, 1),
}
"""Variables that glibc reads when a process starts: the parameter of ``mallopt``, and the value."""


@cache
def keep_freed_memory() -> None:
    """Tells the C library's allocator to keep what is freed.

    By default each large tensor is fresh from the system, which clears all its pages: a sixth of
    the seconds of drawing, and two fifths by the settings that Dask gives its workers. One arena,
    so that the threads of a server share what is kept. For processes of our own alone; without
    effect but on Linux with glibc.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            mallopt = ctypes.CDLL(None).mallopt
            for parameter, value in SETTINGS.values():
                mallopt(parameter, value)


def give_back() -> None:
    """Gives what is kept and free to the system: between tasks of seconds, where it costs little.

    Holes between what is in use would grow over hundreds of tasks otherwise. Without effect but
    on Linux with glibc.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def environment() -> dict[str, str]:
    """The same for processes that are to be started, whose threads have no arenas yet."""
    return {name: str(value) for name, (_, value) in SETTINGS.items()}
