"""What has to be trained, and what is there already."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tissuegan.errors import UserError
from tissuegan.models.card import CONFIG
from tissuegan.reproduction.begun import begun_with
from tissuegan.reproduction.budget import Budget, System, budgets, in_order, overrides
from tissuegan.training import Recipe, load_recipe
from tissuegan.training.start import starts

State = Literal["finished", "begun", "absent"]

RUNS = "runs"


@dataclass(frozen=True)
class Item:
    """A system with its run folder.

    Attributes:
        name: of the system.
        run: its run folder.
        changes: what is set of its recipe.
        recipe: as it will be trained, or as it was where the run is finished.
        state: of the run.
    """

    name: str
    run: Path
    changes: dict[str, str]
    recipe: Recipe
    state: State


def plan(
    names: Sequence[str], budget: Budget, out: Path, seed: int = 0, start: str | None = None
) -> tuple[Item, ...]:
    """The systems of a list and those that they begin from, in the order of training.

    A finished run is taken as it is, whatever its recipe; what only it begins from is not needed.

    Args:
        names: of systems.
        budget: what is spent.
        out: the folder of the reproduction.
        seed: of every training.
        start: a model whose generators systems of two stages begin with, in place of those of
            the systems that they would begin from.
    """
    folder, systems = (out / RUNS).absolute(), begun_with(budgets().systems, start)
    runs = {name: str(folder / name) for name in systems}
    needed = in_order([*names], systems)
    done = {name for name in needed if state_of(Path(runs[name])) == "finished"}
    wanted = _needed(names, done, systems)
    return tuple(
        _item(name, Path(runs[name]), overrides(name, systems[name], budget, runs, seed))
        for name in needed
        if name in wanted
    )


def _needed(names: Sequence[str], done: set[str], systems: Mapping[str, System]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name not in done:
            waiting += systems[name].start.values()
    return found


def _item(name: str, run: Path, changes: dict[str, str]) -> Item:
    state = state_of(run)
    if state == "finished":
        return Item(name, run, changes, load_recipe(run / "recipe.toml"), state)
    return Item(name, run, changes, load_recipe(budgets().systems[name].recipe, changes), state)


def state_of(run: Path) -> State:
    """Whether a run has made all of its steps and written its model, some of it, or nothing."""
    recipe, card = run / "recipe.toml", run / "model" / CONFIG
    if not recipe.exists():
        return "absent"
    if not card.exists():
        return "begun"
    try:
        steps = int(json.loads(card.read_bytes())["training"]["steps"])
    except (ValueError, KeyError) as error:
        raise UserError(f"{card} is damaged; delete {run} to train it again") from error
    return "finished" if steps >= load_recipe(recipe).steps else "begun"


def told(item: Item) -> str:
    """An item in a line: its name, its steps, and what is left to do."""
    left = {"finished": "trained", "begun": "to go on with", "absent": "to train"}[item.state]
    begun = ", ".join(f"{part} from {other}" for part, other in starts_of(item).items())
    begins = f"; begins with {begun}" if begun and item.state != "finished" else ""
    return f"{item.name}: {item.recipe.steps} steps of {item.recipe.batch} patches, {left}{begins}"


def starts_of(item: Item) -> dict[str, str]:
    """Which part of a system begins from which other system or model."""
    return {part: _name(Path(source)) for part, source in starts(item.recipe).items()}


def _name(source: Path) -> str:
    """Of a model, of a run, or of the run whose model it is."""
    return source.parent.name if source.name == "model" else source.name
