"""A real cluster of two processes on this machine."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.io.scenes import CORNER, SIDES, Plane, contents, plan, write_now
from tissuegan.allocator import environment
from tissuegan.cli import main
from tissuegan.errors import UserError
from tissuegan.io.engine import RUN, Cluster, _runs, engine
from tissuegan.io.ome_zarr import write
from tissuegan.io.pairs import Pair
from tissuegan.io.window import Workers, write_window
from tissuegan.region import Region
from tissuegan.tissue import Tissue

FIELD = Region(*CORNER, 128, 192)


class Slow(Plane):
    """A plane that takes its time."""

    def __getitem__(self, region: Region, /) -> Tissue:
        time.sleep(0.3)
        return super().__getitem__(region)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with engine(2) as found:
        assert isinstance(found, Cluster)
        yield found


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calm")
    write_now(str(folder / "a.ome.zarr"), FIELD)
    return folder


@given(st.integers(0, 200), st.integers(1, 9))
def test_runs_are_all_items_in_their_order_long_ones_first(items: int, threads: int) -> None:
    runs = list(_runs(range(items), lambda: threads))
    assert [item for run in runs for item in run] == list(range(items))
    lengths = [len(run) for run in runs]
    assert lengths == sorted(lengths, reverse=True)
    assert max(lengths, default=0) <= max(1, min(RUN, items // threads))


def test_two_workers_make_the_same_bytes(cluster: Cluster, calm: Path, tmp_path: Path) -> None:
    write_now(str(tmp_path / "a.ome.zarr"), FIELD, engine=cluster)
    assert contents(tmp_path) == contents(calm)


@pytest.mark.skipif(sys.platform != "linux", reason="the first environment is read from /proc")
def test_workers_of_this_machine_keep_the_memory_that_they_free_from_their_start(
    cluster: Cluster,
) -> None:
    begun = cluster.client.run(lambda: Path("/proc/self/environ").read_text(encoding="utf-8"))
    wanted = {f"{name}={value}" for name, value in environment().items()}
    assert [wanted - set(text.split("\0")) for text in begun.values()] == [set()] * 2


def test_a_worker_that_is_killed_in_mid_run_costs_nothing(
    cluster: Cluster, calm: Path, tmp_path: Path
) -> None:
    workers = cluster.client.run(os.getpid)
    run = write(plan(str(tmp_path / "a.ome.zarr"), FIELD, Slow()), cluster)
    assert [next(run).done for _ in range(2)][-1] > 0
    os.kill(next(iter(workers.values())), signal.SIGKILL)
    for _ in run:
        pass
    assert contents(tmp_path) == contents(calm)
    cluster.client.wait_for_workers(2, timeout=60)
    assert set(cluster.client.run(os.getpid).values()) != set(workers.values())


def test_a_scheduler_is_reached_by_its_address(
    cluster: Cluster, calm: Path, tmp_path: Path
) -> None:
    address = cluster.client.scheduler.address
    url, workers = str(tmp_path / "a.ome.zarr"), Workers(scheduler=address)
    for _ in write_window(Plane(), url, FIELD, workers=workers, sides=SIDES):
        pass
    assert contents(tmp_path) == contents(calm)


def test_a_folder_generated_by_workers_has_the_bytes_of_one_process(
    cluster: Cluster, tmp_path: Path
) -> None:
    words = ["generate", "vnc-sgan", "--size", "70x90", "--count", "2", "--out"]
    assert main([*words, str(tmp_path / "alone")]) == 0
    shared = [*words, str(tmp_path / "shared"), "--scheduler", cluster.client.scheduler.address]
    assert main(shared) == 0
    assert contents(tmp_path / "alone") == contents(tmp_path / "shared")


def test_a_source_made_by_workers_is_the_source(cluster: Cluster) -> None:
    region, plane = Region(-1000, 2**40, 1500, 30), Plane()
    made, own = cluster.source(plane)[region], plane[region]
    assert np.array_equal(made.masks, own.masks)
    assert np.array_equal(made.image, own.image)  # type: ignore[arg-type]
    assert Pair("a", cluster.source(plane), region, {}).text == Pair("a", plane, region, {}).text


class Broken(Plane):
    """A plane whose shards cannot be drawn."""

    def __getitem__(self, region: Region, /) -> Tissue:
        if region.height <= 64:
            raise UserError("the plane has a hole; mend it")
        return super().__getitem__(region)


def test_what_a_worker_has_to_tell_is_told(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has a hole"):
        list(write(plan(str(tmp_path / "a.ome.zarr"), FIELD, Broken()), cluster))


def test_nobody_at_the_address_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tissuegan.io.engine.PATIENCE", "1s")
    with (
        pytest.raises(UserError, match="no Dask scheduler with workers answers"),
        engine(scheduler="tcp://127.0.0.1:1"),
    ):
        pass
