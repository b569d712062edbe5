"""Writing OME-Zarr: pixels a second beside one untiled forward, memory, a second worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
from benchmarks.report import Report
from benchmarks.test_generation import MIB, ROOT
from pytest_benchmark.fixture import BenchmarkFixture

SECTION = "Writing OME-Zarr, one thread a process"
WORKERS = "Two workers beside one, one thread each, in turn"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
FLAT = 1.1  # of memory, from 4096 pixels a side on
TURNS = 3
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


def writing(model: str, side: int, folder: Path, workers: int) -> Figures:
    """Of one picture, written into a folder that is new."""
    folder.mkdir()
    words = (model, str(side), str(folder / "a.ome.zarr"), str(workers))
    return measured("benchmarks.storing", *words)


@pytest.mark.parametrize("side", [4096, 8192])
def test_writing_ome_zarr(
    side: int,
    full: bool,
    report: Report,
    model_folder: str,
    untiled: float,
    tmp_path: Path,
    benchmark: BenchmarkFixture,
) -> None:
    if not full and side != 4096:
        pytest.skip("only measured on request")
    made = side if full else 96
    figures: Figures = benchmark.pedantic(  # type: ignore[no-untyped-call]
        writing, (model_folder, made, tmp_path / "a", 1), rounds=1
    )
    report.add(
        SECTION,
        size=f"{side}x{side}",
        n=1,
        seconds=figures["seconds"],
        megapixels_a_second=side**2 / 1e6 / figures["seconds"],
        **_of_one(figures, untiled * side**2 / 1e6),
        peak_MiB=figures["peak"] / MIB,
        of_which_before_MiB=figures["before"] / MIB,
    )
    peaks = [float(row["peak_MiB"]) for row in report.sections[SECTION]]
    assert peaks[-1] < FLAT * peaks[0]


def test_a_second_worker(
    full: bool, report: Report, model_folder: str, tmp_path: Path, benchmark: BenchmarkFixture
) -> None:
    if not full:
        pytest.skip("only measured on request")
    side, seconds = 8192, dict[str, list[float]](one=[], two=[], starting=[], times=[])

    def turn() -> None:
        names = [tmp_path / f"{len(seconds['one'])}-{k}" for k in (1, 2)]
        one, two = (writing(model_folder, side, name, k) for k, name in enumerate(names, 1))
        seconds["one"].append(one["seconds"])
        seconds["two"].append(two["seconds"])
        seconds["starting"].append(two["starting"])
        seconds["times"].append(one["seconds"] / (two["seconds"] - two["starting"]))

    benchmark.pedantic(turn, rounds=TURNS)  # type: ignore[no-untyped-call]
    middle = {name: median(values) for name, values in seconds.items()}
    report.add(
        WORKERS,
        size=f"{side}x{side}",
        n=TURNS,
        seconds_of_one=middle["one"],
        seconds_of_two=middle["two"],
        of_which_starting=middle["starting"],
        times_one_once_started=middle["times"],
        lowest=min(seconds["times"]),
        highest=max(seconds["times"]),
    )


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
