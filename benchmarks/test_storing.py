"""Writing OME-Zarr: pixels a second, memory, and what a second worker brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.report import Report
from benchmarks.test_generation import GROWTH, MIB, ROOT
from pytest_benchmark.fixture import BenchmarkFixture

ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def stored(model: str, side: int, url: Path, workers: int) -> dict[str, float]:
    """Seconds and bytes of a process of one thread, and its workers, that writes one picture."""
    words = [sys.executable, "-m", "benchmarks.storing", model, str(side), str(url), str(workers)]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, env=environment)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize(("side", "workers"), [(4096, 1), (4096, 2), (12288, 1)])
def test_writing_ome_zarr(
    side: int,
    workers: int,
    full: bool,
    report: Report,
    model_folder: str,
    tmp_path: Path,
    benchmark: BenchmarkFixture,
) -> None:
    if not full and (side, workers) != (4096, 1):
        pytest.skip("only measured on request")
    found: list[dict[str, float]] = []

    def once() -> None:
        found.append(stored(model_folder, side if full else 96, tmp_path / "a.ome.zarr", workers))

    benchmark.pedantic(once, rounds=1)  # type: ignore[no-untyped-call]
    (figures,) = found
    report.add(
        "Writing OME-Zarr, one thread a process",
        size=f"{side}x{side}",
        workers=workers,
        n=1,
        seconds=figures["seconds"],
        megapixels_a_second=side**2 / 1e6 / figures["seconds"],
        share_of_tissue=figures["tissue"] / figures["seconds"],
        peak_MiB=figures["peak"] / MIB,
        of_which_before_MiB=figures["before"] / MIB,
    )
    rows = report.sections["Writing OME-Zarr, one thread a process"]
    assert float(rows[-1]["peak_MiB"]) < GROWTH * float(rows[0]["peak_MiB"])
