"""Budgets as data: which systems there are, and what a budget sets of their recipes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tissuegan.errors import UserError

FILE = files("tissuegan.reproduction") / "budgets.toml"
Count = Annotated[int, Field(ge=1)]
Words = tuple[str, ...]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class System(_Frozen):
    """What is trained under a name.

    Attributes:
        recipe: its name.
        set: words of the form KEY=VALUE, as ``train --set`` takes them.
        start: which part begins from the run of which other system.
        seed: added to the seed that is asked for.
    """

    recipe: str
    set: Words = ()
    start: Mapping[str, str] = {}
    seed: int = 0


class Budget(_Frozen):
    """How much is spent.

    Attributes:
        device: as ``train --device`` takes it.
        fields: sections of each half that are measured, and canvases of each system; None for all.
        pool: labels that the birthday test draws of each system.
        conditions: patches of held-out sections for which others classes are drawn (Fig. 14).
        answers: how often they are drawn for each condition.
        patches: pairs at which gradients are taken (Fig. 16).
        common: set for every system.
        groups: words by name; ``@NAME`` stands for them.
        set: of each system, after its own.
    """

    device: Literal["auto", "cpu", "cuda"]
    fields: Count | None = None
    pool: Count
    conditions: Count
    answers: Count
    patches: Count
    common: Words = ()
    groups: Mapping[str, Words] = {}
    set: Mapping[str, Words] = {}

    def words(self, name: str) -> Iterator[str]:
        """What the budget sets of a system, its groups written out."""
        yield from self._spelled((*self.common, *self.set.get(name, ())))

    def _spelled(self, words: Words) -> Iterator[str]:
        for word in words:
            if word.startswith("@"):
                yield from self._spelled(self.groups[word.removeprefix("@")])
            else:
                yield word


class Budgets(_Frozen):
    """The whole file."""

    systems: Mapping[str, System]
    budgets: Mapping[str, Budget]


@cache
def budgets() -> Budgets:
    """The systems and the budgets that come with the library."""
    return Budgets.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


def chosen(names: str | None) -> tuple[str, ...]:
    """The systems of a list "NAME,NAME", in the order of the file; all of them for None.

    Raises:
        UserError: there is no system of a name.
    """
    known = tuple(budgets().systems)
    wanted = known if names is None else tuple(name.strip() for name in names.split(","))
    for name in wanted:
        if name not in known:
            raise UserError(f"There is no system '{name}'; the systems are {', '.join(known)}")
    return tuple(name for name in known if name in wanted)


def in_order(names: Sequence[str], systems: Mapping[str, System]) -> tuple[str, ...]:
    """Names of systems with all that they begin from, each after those."""
    graph: dict[str, set[str]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        graph[name] = set(systems[name].start.values())
        waiting += [other for other in graph[name] if other not in graph]
    depth: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        depth[name] = 1 + max((depth[other] for other in graph[name]), default=0)
    listed = list(systems)
    return tuple(sorted(graph, key=lambda name: (depth[name], listed.index(name))))


def overrides(
    name: str, system: System, budget: Budget, runs: Mapping[str, str], seed: int
) -> dict[str, str]:
    """What is set of a system's recipe, by dotted name.

    Args:
        name: of the system.
        system: what is trained under that name.
        budget: what is spent.
        runs: the run folder of each system that it begins from.
        seed: that is asked for.
    """
    words = (word.partition("=") for word in (*system.set, *budget.words(name)))
    changes = {key: value for key, _, value in words}
    starts = {f"{part}.start": runs[other] for part, other in system.start.items()}
    return {**changes, **starts, "seed": str(seed + system.seed)}
