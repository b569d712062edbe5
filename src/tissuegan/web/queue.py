"""Renders in turn: a bounded queue in which equal requests share one, and unwanted ones go."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

MOST_QUEUED = 4096
CACHE_BYTES = 64 << 20


class FullError(Exception):
    """So many renders are waiting that no more are taken."""


@dataclass(eq=False)
class Job:
    """A render that somebody waits for."""

    future: Future[bytes]
    waiting: int = 0


@dataclass(eq=False)
class Renders:
    """One thread that renders, and the bytes that it made lately.

    Attributes:
        most: renders that may wait.
        keep: bytes of answers to keep; the least recently asked for go first.
    """

    most: int = MOST_QUEUED
    keep: int = CACHE_BYTES
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "render"))
    _jobs: dict[Hashable, Job] = field(default_factory=dict)
    _made: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict)
    _held: int = 0
    _calls: int = 0

    async def get(self, key: Hashable, render: Callable[[], bytes]) -> bytes:
        """What ``render`` gives, made at most once for equal keys while it is kept.

        A caller that is cancelled waits no longer; what nobody waits for is not begun.

        Raises:
            FullError: too many renders are waiting.
        """
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        job = self._jobs.get(key) or self._begin(key, render)
        job.waiting += 1
        try:
            made = await asyncio.shield(asyncio.wrap_future(job.future))
        finally:
            self._leave(key, job)
        self._remember(key, made)
        return made

    async def call(self, function: Callable[[], Any]) -> Any:
        """Carries something out in turn, uncached; FullError as above."""
        self._admit()
        self._calls += 1
        try:
            return await asyncio.wrap_future(self._thread.submit(function))
        finally:
            self._calls -= 1

    def begin(self, function: Callable[[], Any]) -> Future[Any]:
        """Has something carried out in turn, whoever waits for it."""
        return self._thread.submit(function)

    @property
    def held(self) -> int:
        """Bytes that are kept."""
        return self._held

    def _admit(self) -> None:
        if len(self._jobs) + self._calls >= self.most:
            raise FullError

    def _begin(self, key: Hashable, render: Callable[[], bytes]) -> Job:
        self._admit()
        self._jobs[key] = Job(self._thread.submit(render))
        return self._jobs[key]

    def _leave(self, key: Hashable, job: Job) -> None:
        job.waiting -= 1
        if job.waiting == 0:
            job.future.cancel()
        if (job.waiting == 0 or job.future.done()) and self._jobs.get(key) is job:
            del self._jobs[key]

    def _remember(self, key: Hashable, made: bytes) -> None:
        if key not in self._made:
            self._made[key] = made
            self._held += len(made)
        while self._held > self.keep and len(self._made) > 1:
            _, dropped = self._made.popitem(last=False)
            self._held -= len(dropped)
