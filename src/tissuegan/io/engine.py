"""Who carries tasks out: this process, or the workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tissuegan.allocator import environment, give_back
from tissuegan.errors import UserError
from tissuegan.io.remote import Remote, carried
from tissuegan.tissue import TissueSource

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Cluster", "Engine", "Here", "engine"]

Item = TypeVar("Item")
RUN = 16
"""Neighbouring shards that one worker makes at most: they share tiles of the canvas."""
PATIENCE = "30s"
STARTED_WITH = "distributed.nanny.pre-spawn-environ"
"""Variables that workers have from their first moment, when the C library reads its own."""
PROFILE = "distributed.worker.profile.enabled"
"""Dask's statistical profiler, which would look at what a worker does a hundred times a second."""

FIRST = ("tissuegan.sampling.canvas", "tissuegan.io.window")
"""What workers import before their first task, with all that it takes."""


class Engine(Protocol):
    """Carries out a task for each of many items, in any order and any process."""

    def each(
        self, task: Callable[[Any, Item], None], plan: Any, items: Sequence[Item]
    ) -> Iterator[int]:
        """Calls ``task(plan, item)`` for every item; yields how many more are done."""
        ...

    def source(self, source: TissueSource) -> TissueSource:
        """The same tissue, made by whoever carries tasks out."""
        ...


class Here:
    """This process, one item after the other."""

    def each(
        self, task: Callable[[Any, Item], None], plan: Any, items: Sequence[Item]
    ) -> Iterator[int]:
        """Calls ``task(plan, item)`` for every item, in order; yields 1 after each."""
        for item in items:
            _one(task, plan, item)
            yield 1

    def source(self, source: TissueSource) -> TissueSource:
        """The source itself."""
        return source


class Cluster:
    """The workers of a Dask cluster.

    Tasks have no state and write whole shards, so a worker that dies costs only what it was at:
    the scheduler gives that to another one.

    Args:
        client: of the cluster.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self._held: tuple[Any, Future | None] = (None, None)

    def each(
        self, task: Callable[[Any, Item], None], plan: Any, items: Sequence[Item]
    ) -> Iterator[int]:
        """Calls ``task(plan, item)`` for every item; yields how many more are done.

        Raises:
            UserError: workers died of the same items again and again.
        """
        from distributed import KilledWorker, as_completed

        held, runs, sizes = self._carried(plan), _runs(items, self._threads), dict[str, int]()
        waiting = as_completed()

        def fill() -> None:
            for run in islice(runs, max(0, self._threads() - len(sizes))):
                future = self.client.submit(_all, task, held, run, pure=False)
                sizes[future.key] = len(run)
                waiting.add(future)

        try:
            fill()
            for future in waiting:
                future.result()
                done = sizes.pop(future.key)
                fill()
                yield done
        except KilledWorker as error:
            raise UserError(
                f"workers died again and again ({error}); give each more memory"
            ) from None

    def _threads(self) -> int:
        return sum(self.client.nthreads().values()) or 1

    def _carried(self, plan: Any) -> Future:
        """A plan that all workers have: sent once for all its stages."""
        known, held = self._held
        if held is None or known is not plan:
            held = carried(self.client, plan)
            self._held = plan, held
        self.client.replicate(held)  # or work would stay with the worker that has it
        return held

    def source(self, source: TissueSource) -> TissueSource:
        """The same tissue, each window cut into pieces that the workers make."""
        return Remote(source, self.client)


def _runs(items: Sequence[Item], threads: Callable[[], int]) -> Iterator[Sequence[Item]]:
    """Items in their order, in runs as long as an even share of what is left, but bounded.

    Long runs first, so that few tiles lie in two of them, and short ones last, so that all
    workers end together.
    """
    start = 0
    while start < len(items):
        share = (len(items) - start) // threads()
        stop = start + max(1, min(RUN, share))
        yield items[start:stop]
        start = stop


def _all(task: Callable[[Any, Item], None], plan: Any, items: Sequence[Item]) -> None:
    for item in items:
        _one(task, plan, item)


def _one(task: Callable[[Any, Item], None], plan: Any, item: Item) -> None:
    task(plan, item)
    give_back()


@contextmanager
def engine(workers: int = 1, scheduler: str | None = None) -> Iterator[Engine]:
    """Whoever is to carry tasks out.

    Args:
        workers: processes on this machine; with 1, this one.
        scheduler: address of a Dask scheduler whose workers are to do it instead; they must be
            able to write where this process can.

    Raises:
        UserError: nobody answers at that address.
    """
    if scheduler is not None:
        with _reached(scheduler) as client:
            yield Cluster(client)
    elif workers == 1:
        yield Here()
    else:
        with _started(workers) as client:
            yield Cluster(client)


def _reached(scheduler: str) -> Client:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=PATIENCE)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError):
        raise UserError(
            f"no Dask scheduler with workers answers at {scheduler}; start them, or correct the "
            "address"
        ) from None
    return client


@contextmanager
def _started(workers: int) -> Iterator[Client]:
    """So many processes of one thread on this machine, until the end."""
    import dask.config
    from distributed import Client, LocalCluster

    first = {f"{STARTED_WITH}.{name}": value for name, value in environment().items()}
    settings = {
        "n_workers": workers,
        "threads_per_worker": 1,
        "dashboard_address": "127.0.0.1:0",  # any free port, for this machine alone
        "memory_limit": 0,
        "preload": [*FIRST],
        "silence_logs": logging.CRITICAL,
    }
    with (
        dask.config.set({**first, PROFILE: False}),
        LocalCluster(**settings) as cluster,
        Client(cluster) as client,
    ):
        yield client
