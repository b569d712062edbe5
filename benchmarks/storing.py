"""Writes one OME-Zarr and prints what it took as JSON: a process of its own.

Called as ``python -m benchmarks.storing MODEL SIDE URL WORKERS``.
"""

from __future__ import annotations

import json
import sys
import time

from benchmarks.streaming import peak

from tissuegan.io.window import Workers, write_window
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas


def main(name: str, side: int, url: str, workers: int) -> None:
    """Writes ``side`` x ``side`` pixels of image, masks and instances; seconds by stage, too."""
    canvas, region = Canvas(load(name), 0), Region(0, 0, side, side)
    canvas[Region(0, 0, 1, 1)]
    start = last = time.perf_counter()
    before, stages = peak(), dict[str, float]()
    for step in write_window(canvas, url, region, workers=Workers(workers)):
        now = time.perf_counter()
        stages[step.note] = stages.get(step.note, 0) + now - last
        last = now
    facts = {"seconds": last - start, "tissue": stages["tissue"], "peak": peak(), "before": before}
    print(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
