"""Writes one OME-Zarr and prints what it took as JSON: a process of its own.

Called as ``python -m benchmarks.storing MODEL SIDE URL WORKERS``.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.streaming import peak
from torch import nn

from tissuegan.allocator import keep_freed_memory
from tissuegan.io.window import Workers, write_window
from tissuegan.models import Model, load
from tissuegan.region import Region
from tissuegan.sampling import Canvas


class Stopwatch:
    """Seconds that the convolutions of a model have taken in this process."""

    def __init__(self, model: Model) -> None:
        self.seconds = 0.0
        parts = (part.generator for part in (model.labels, model.image) if part is not None)
        for layer in (layer for part in parts for layer in part.modules()):
            if isinstance(layer, nn.Conv2d):
                layer.register_forward_pre_hook(self._start)
                layer.register_forward_hook(self._stop)

    def _start(self, *_: Any) -> None:
        self.seconds -= time.perf_counter()

    def _stop(self, *_: Any) -> None:
        self.seconds += time.perf_counter()


def warm_up(canvas: Canvas, url: str) -> None:
    """Writes a small picture, so that libraries are there."""
    for _ in write_window(canvas, url, Region(0, 0, 64, 64)):
        pass


def main(name: str, side: int, url: str, workers: int) -> None:
    """Writes ``side`` x ``side`` pixels of image, masks and instances; seconds by stage, too."""
    keep_freed_memory()
    model, region = load(name), Region(0, 0, side, side)
    canvas = Canvas(model, 0)
    warm_up(canvas, f"{url}.small.ome.zarr")
    watch = Stopwatch(model) if workers == 1 else None
    start, used = time.perf_counter(), time.process_time()
    last = start
    before, stages, starting = peak(), dict[str, float](), None
    for step in write_window(canvas, url, region, workers=Workers(workers)):
        now = time.perf_counter()
        starting = now - start if starting is None else starting
        stages[step.note] = stages.get(step.note, 0) + now - last
        last = now
    used = time.process_time() - used
    memory = {"peak": peak(), "before": before}
    facts = {
        "seconds": last - start,
        "starting": starting,
        "cpu_seconds": used,
        "tissue": stages["tissue"],
        **memory,
    }
    print(json.dumps({**facts, "convolutions": watch.seconds if watch else None}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
