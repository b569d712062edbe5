"""What is asked of a reproduction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tissuegan.reproduction.budget import budgets, chosen
from tissuegan.reproduction.plan import Item, plan


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        data: the dataset.
        out: the folder of the reproduction.
        budget: its name.
        systems: names as "NAME,NAME"; None for all.
        also: further sources to judge.
        judge: a model that segments; None for the run of the system "segmenter".
        seed: of everything.
        start: a model whose generators the systems of two stages begin with; None for those of the
            systems "labels" and "image".
    """

    data: Path
    out: Path
    budget: str = "smoke"
    systems: str | None = None
    also: tuple[str, ...] = ()
    judge: str | None = None
    seed: int = 0
    start: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The systems that are asked for."""
        return chosen(self.systems)

    def plan(self) -> tuple[Item, ...]:
        """What is trained, in order."""
        return plan(self.names, budgets().budgets[self.budget], self.out, self.seed, self.start)
