"""Generating: pixels a second and memory to disk, and what the lattice of tiles costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from benchmarks.report import Report
from benchmarks.untiled import untiled
from pytest_benchmark.fixture import BenchmarkFixture

from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas

ROOT = Path(__file__).parent.parent
ROUNDS = 3
MIB = 1 << 20
GROWTH = 1.5  # of memory, from the smallest to the largest: caches fill up and then stay


def streamed(model: str, side: int, folder: Path) -> dict[str, float]:
    """Seconds, and bytes before and at most, of a process that writes one pair."""
    words = [sys.executable, "-m", "benchmarks.streaming", model, str(side), str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, env=os.environ)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize("side", [1024, 4096])
def test_writing_a_pair(
    side: int,
    full: bool,
    report: Report,
    model_folder: str,
    tmp_path: Path,
    benchmark: BenchmarkFixture,
) -> None:
    if not full and side > 1024:
        pytest.skip("only measured on request")
    rounds = 3 if full and side < 4096 else 1
    found: list[dict[str, float]] = []

    def once() -> None:
        folder = tmp_path / str(len(found))
        found.append(streamed(model_folder, side if full else 96, folder))

    benchmark.pedantic(once, rounds=rounds)  # type: ignore[no-untyped-call]
    seconds = median(figures["seconds"] for figures in found)
    report.add(
        "Generation to disk",
        size=f"{side}x{side}",
        n=rounds,
        seconds=seconds,
        megapixels_a_second=side**2 / 1e6 / seconds,
        peak_MiB=max(figures["peak"] for figures in found) / MIB,
        of_which_before_MiB=max(figures["before"] for figures in found) / MIB,
    )
    peaks = [row["peak_MiB"] for row in report.sections["Generation to disk"]]
    assert float(peaks[-1]) < GROWTH * float(peaks[0])


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@pytest.mark.parametrize("side", [1024, 2048, 4096])
def test_tiles_against_one_forward(
    side: int, full: bool, report: Report, model_folder: str, benchmark: BenchmarkFixture
) -> None:
    if not full and side > 1024:
        pytest.skip("only measured on request")
    model, region = load(model_folder), Region(0, 0, *[side if full else 96] * 2)
    rounds = ROUNDS if full and side < 4096 else 1
    pairs: list[tuple[float, float]] = []

    def both() -> None:
        tiles = timed(lambda: Canvas(model, 0)[region])
        pairs.append((tiles, timed(lambda: untiled(model, region))))

    if full and side < 4096:
        both()  # the first run finds nothing in memory
        pairs.clear()
    benchmark.pedantic(both, rounds=rounds)  # type: ignore[no-untyped-call]
    tiles, whole = (median(column) for column in np.array(pairs).T)
    report.add(
        "Tiles against one forward",
        size=f"{side}x{side}",
        n=rounds,
        tiles_seconds=float(tiles),
        untiled_seconds=float(whole),
        ratio=float(tiles / whole),
    )
    assert tiles > 0
