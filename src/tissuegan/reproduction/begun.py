"""Systems of two stages that begin with a model's generators, not with those trained here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tissuegan.errors import UserError
from tissuegan.models.card import ModelCard
from tissuegan.models.registry import folder_of, load, shipped
from tissuegan.models.settings import Settings
from tissuegan.reproduction.budget import System

STAGES = ("labels", "image")
DRAWN = ("downsample", "smooth", "holes", "specks", "pieces")
"""What of the settings of labels decides beside the generator what is drawn."""


def begun_with(systems: Mapping[str, System], model: str | None) -> dict[str, System]:
    """The systems; those that begin with both stages begin with a model's, where one is named.

    Of a model that completes its labels only the generator is taken that draws all classes.

    Raises:
        UserError: it is no model, or has not both stages.
    """
    if model is None:
        return dict(systems)
    words = tuple(_words(model))
    return {name: _begun(system, words) for name, system in systems.items()}


def _begun(system: System, words: tuple[str, ...]) -> System:
    if not system.start.keys() >= set(STAGES):
        return system
    others = {part: other for part, other in system.start.items() if part not in STAGES}
    return system.model_copy(update={"start": others, "set": (*system.set, *words)})


def _words(model: str) -> Iterator[str]:
    for stage, part in _stages(load(model).card, model).items():
        yield f"{stage}.start={_place(model)}"
        yield from (f"{stage}.{key}={json.dumps(value)}" for key, value in _settings(part))


def _place(model: str) -> str:
    """A shipped model's name, or where the folder of another lies."""
    return model if model in shipped() else str(folder_of(model).absolute())


def _stages(card: ModelCard, model: str) -> dict[str, Settings]:
    parts = card.parts()
    missing = [stage for stage in STAGES if stage not in parts]
    if missing:
        raise UserError(
            f"--start {model} has no generator of {' or '.join(missing)}; name a model that has "
            "both, such as vnc-sgan"
        )
    return {stage: parts[stage] for stage in STAGES}


def _settings(part: Settings) -> Iterator[tuple[str, object]]:
    table = part.model_dump(mode="json", exclude_none=True)
    yield from ((f"generator.{key}", value) for key, value in table["generator"].items())
    yield from ((key, table[key]) for key in DRAWN if key in table)
