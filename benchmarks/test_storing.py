"""Writing OME-Zarr: pixels a second beside one untiled forward, memory, a second worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.report import Report
from benchmarks.test_generation import MIB, ROOT
from pytest_benchmark.fixture import BenchmarkFixture

SECTION = "Writing OME-Zarr, one thread a process"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
FLAT = 1.1  # of memory, from 4096 pixels a side on
Figures = dict[str, float]


def measured(*words: str) -> Figures:
    """What a process of one thread, and its workers, printed."""
    environment, command = {**os.environ, **ONE_THREAD}, [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env=environment)
    figures: Figures = json.loads(done.stdout)
    return figures


@pytest.fixture(scope="session")
def untiled(full: bool, model_folder: str) -> float:
    """Seconds of one core a megapixel, of one untiled forward over 4096 x 4096 pixels."""
    side = 4096 if full else 96
    return measured("benchmarks.untiled", model_folder, str(side))["cpu_seconds"] / side**2 * 1e6


@pytest.mark.parametrize(("side", "workers"), [(4096, 1), (8192, 1), (8192, 2)])
def test_writing_ome_zarr(
    side: int,
    workers: int,
    full: bool,
    report: Report,
    model_folder: str,
    untiled: float,
    tmp_path: Path,
    benchmark: BenchmarkFixture,
) -> None:
    if not full and (side, workers) != (4096, 1):
        pytest.skip("only measured on request")
    found: list[Figures] = []

    def once() -> None:
        words = (model_folder, str(side if full else 96), str(tmp_path / "a.ome.zarr"))
        found.append(measured("benchmarks.storing", *words, str(workers)))

    benchmark.pedantic(once, rounds=1)  # type: ignore[no-untyped-call]
    (figures,) = found
    size = f"{side}x{side}"
    rows = [row for row in report.sections.get(SECTION, []) if row["size"] == size]
    working = figures["seconds"] - figures["starting"]
    alone = float(rows[0]["seconds"]) if workers > 1 else working
    report.add(
        SECTION,
        size=size,
        workers=workers,
        n=1,
        seconds=figures["seconds"],
        megapixels_a_second=side**2 / 1e6 / figures["seconds"],
        of_which_starting=figures["starting"],
        times_one_worker_once_started=alone / working,
        **(
            _of_one(figures, untiled * side**2 / 1e6)
            if workers == 1
            else dict.fromkeys(_OF_ONE, "")
        ),
        peak_MiB=figures["peak"] / MIB,
        of_which_before_MiB=figures["before"] / MIB,
    )
    peaks = [float(row["peak_MiB"]) for row in report.sections[SECTION] if row["workers"] == 1]
    assert peaks[-1] < FLAT * peaks[0]


_OF_ONE = (
    *("cpu_seconds", "untiled_cpu_seconds", "rate_of_pairs_to_untiled", "rate_of_all_to_untiled"),
    *("share_of_drawing", "share_of_convolutions"),
)


def _of_one(figures: Figures, untiled: float) -> dict[str, float | str]:
    """What is known of a process that works alone.

    Pairs are drawn and written in the stage "tissue"; all is with instances, outlines, the table
    and the pyramid. Seconds of the processor bear a busy machine.
    """
    used, took = figures["cpu_seconds"], figures["seconds"]
    shares = [figures[part] / took for part in ("tissue", "convolutions")]
    rates = (untiled / (used * shares[0]), untiled / used)
    return dict(zip(_OF_ONE, (used, untiled, *rates, *shares), strict=True))
