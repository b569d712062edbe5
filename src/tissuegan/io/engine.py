"""Who carries tasks out: this process, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

__all__ = ["Engine", "Here"]

Item = TypeVar("Item")


class Engine(Protocol):
    """Carries out a task for each of many items, in any order and any process."""

    def each(
        self, task: Callable[[Any, Item], None], plan: Any, items: Sequence[Item]
    ) -> Iterator[int]:
        """Calls ``task(plan, item)`` for every item; yields how many more are done."""
        ...


class Here:
    """This process, one item after the other."""

    def each(
        self, task: Callable[[Any, Item], None], plan: Any, items: Sequence[Item]
    ) -> Iterator[int]:
        """Calls ``task(plan, item)`` for every item, in order; yields 1 after each."""
        for item in items:
            task(plan, item)
            yield 1
