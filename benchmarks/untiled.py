"""One forward over a whole window, without tiles, and seconds as JSON: a process of its own.

Called as ``python -m benchmarks.untiled MODEL SIDE``.
"""

from __future__ import annotations

import json
import sys
import time

from benchmarks.streaming import peak

from tissuegan.allocator import keep_freed_memory
from tissuegan.models import Model, load
from tissuegan.region import Region


def untiled(model: Model, region: Region) -> None:
    """Labels and image of a region in one forward each."""
    assert model.labels is not None
    assert model.image is not None
    masks = model.labels.draw(0, model.image.context(region))
    model.image.draw(0, region, lambda _: masks)


def main(name: str, side: int) -> None:
    """Draws ``side`` x ``side`` pixels at once."""
    keep_freed_memory()
    model = load(name)
    untiled(model, Region(0, 0, 64, 64))
    start, used = time.perf_counter(), time.process_time()
    untiled(model, Region(0, 0, side, side))
    facts = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - used}
    print(json.dumps({**facts, "peak": peak()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
