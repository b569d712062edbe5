"""Writes one pair to disk and prints seconds and peak memory as JSON: a process of its own.

Called as ``python -m benchmarks.streaming MODEL SIDE FOLDER``.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path

from tissuegan.allocator import keep_freed_memory
from tissuegan.io.pairs import Pair, write_pairs
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas

UNIT = 1 if sys.platform == "darwin" else 1024
STATUS = Path("/proc/self/status")


def peak() -> int:
    """Bytes of memory that this process had in use at most.

    Linux lets a process begin with the peak of the one that started it, in what ``getrusage``
    tells; its own is in /proc.
    """
    if STATUS.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text(encoding="ascii"))
        if found:
            return 1024 * int(found[1])
    return UNIT * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(name: str, side: int, folder: Path) -> None:
    """Generates ``side`` x ``side`` pixels of labels and image."""
    keep_freed_memory()
    canvas = Canvas(load(name), 0)
    before, start = peak(), time.perf_counter()
    for _ in write_pairs(folder, [Pair("a", canvas, Region(0, 0, side, side), {})]):
        pass
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": peak(), "before": before}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
