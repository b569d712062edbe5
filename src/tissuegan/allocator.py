"""Memory that a process frees is kept for its next tensors, instead of going back at once."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache

__all__ = ["keep_freed_memory"]

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8
"""What glibc's ``mallopt`` calls its parameters, in ``malloc.h``."""
NEVER = (1 << 31) - 1


@cache
def keep_freed_memory() -> None:
    """Tells the C library's allocator to keep what is freed.

    By default each large tensor is fresh from the system, which clears all its pages: a fifth of
    the seconds of drawing, and a third in a Dask worker. One arena, so that the threads of a
    server share what is kept. For processes of our own alone; without effect but on Linux with
    glibc.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            mallopt = ctypes.CDLL(None).mallopt
            for parameter, value in ((MMAP_MAX, 0), (TRIM_THRESHOLD, NEVER), (ARENA_MAX, 1)):
                mallopt(parameter, value)
