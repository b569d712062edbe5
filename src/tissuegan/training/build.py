"""From a recipe and data to a model, and from a trained model to its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import torch
from pydantic import Field
from torch import Tensor

from tissuegan.data.intensity import Intensity
from tissuegan.data.reading import natural
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.models.card import IntensityCard, ModelCard, listed, listing, read_model
from tissuegan.models.kinds import KINDS
from tissuegan.models.phases import Trainable
from tissuegan.models.registry import folder_of
from tissuegan.models.settings import Parts, Settings
from tissuegan.training.average import Average
from tissuegan.training.recipe import Recipe
from tissuegan.training.start import start, starts


def build(recipe: Recipe, classes: Sequence[str]) -> Trainable:
    """The model of a recipe before its first step; its weights are a function of the seed."""
    model = unstarted(recipe, classes)
    for name, folder in starts(recipe).items():
        start(model, name, folder)
    return model


def unstarted(recipe: Recipe, classes: Sequence[str]) -> Trainable:
    """The model of a recipe, no part begun from another; UserError for too small patches."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = KINDS[recipe.model].of(classes, recipe)
    check_crops(recipe, model.smallest_crops())
    return model


def check_crops(recipe: Recipe, smallest: Mapping[str, int]) -> None:
    """UserError where patches are too small for the coarsest network."""
    for field, needed in smallest.items():
        given = attrgetter(field)(recipe)
        if (given or needed) < needed:
            raise UserError(
                f"Patches of {field}={given} pixels are too small for this recipe's "
                f"networks, which need {needed}; set a larger {field}, or fewer levels (of a "
                "discriminator: factors, weights and depths)."
            )


class History(Settings):
    """Where the parts of a model began, and what else they learnt from.

    Attributes:
        lines: how each part that was taken over was trained, in a line each, and likewise the
            model that gave classes.
        sections: names of the sections that these learnt from.
    """

    lines: dict[str, str] = Field(default_factory=dict)
    sections: tuple[str, ...] = ()

    @classmethod
    def of(cls, recipe: Recipe) -> History:
        """Read from the folders that are named; UserError where one is not there."""
        told = {k: _training(v) for k, v in starts(recipe).items()}
        lines = {_began(name): _origin(name, training) for name, training in told.items()}
        if recipe.given_by is not None:
            told["given"] = _training(recipe.given_by)
            lines["half of the given classes"] = f"made: {_origin('labels', told['given'])}"
        names = [name for each in told.values() for name in listed(each.get("sections", ""))]
        return cls(lines=lines, sections=tuple(names))


def card(
    recipe: Recipe, sections: Sequence[Section], steps: int, history: History | None = None
) -> ModelCard:
    """The card of a model trained with a recipe on sections.

    Args:
        recipe: of the training.
        sections: that it learns from.
        steps: made so far.
        history: of the parts that it began from; read from their folders where not given.
    """
    begun = History.of(recipe) if history is None else history
    own = [section.name for section in sections]
    tissue = sections[0].tissue
    images = any(section.tissue.image is not None for section in sections)
    grey = Intensity.of(sections) if images and KINDS[recipe.model].needs_images else None
    return ModelCard(
        model=recipe.model,
        **_unstarted(recipe),
        classes=tissue.classes.names,
        colours=tissue.classes.colours,
        pixel_size_nm=tissue.pixel_size_nm,
        intensity=IntensityCard(low=grey.low, high=grey.high, dtype=grey.dtype) if grey else None,
        training={
            **begun.lines,
            **_fixed(recipe),
            **({"scale": f"{recipe.scale:g}"} if recipe.scale != 1 else {}),
            "steps": str(steps),
            "batch": str(recipe.batch),
            "crop": str(recipe.crop),
            "seed": str(recipe.seed),
            "sections": listing(sorted({*begun.sections, *own}, key=natural)),
        },
    )


def _unstarted(parts: Parts) -> dict[str, Any]:
    """Settings without the folders that their training began from, which are nobody else's."""
    begun = starts(parts)
    return {
        name: part.model_copy(update={"start": None}) if name in begun else part
        for name, part in parts.parts().items()
    }


def _fixed(recipe: Recipe) -> dict[str, str]:
    """What to know of networks that draw fields of one size only, where there are any."""
    sides = {name: getattr(part, "fixed_side", None) for name, part in recipe.parts().items()}
    return {
        f"size of {name}": f"fixed: independent draws of {side} x {side} pixels side by side; "
        "the borders between them are seams"
        for name, side in sides.items()
        if side is not None
    }


def _training(source: str) -> dict[str, str]:
    return read_model(folder_of(source))[0].training


def _began(part: str) -> str:
    return f"{part} began from"


def _origin(part: str, training: Mapping[str, str]) -> str:
    """How a part of a model was trained: what is told of its other parts is left out."""
    own = training.get(_began(part))
    if own is not None and training.get("steps") == "0":
        return own
    last = _told({k: v for k, v in training.items() if _began("") not in k})
    return last if own is None else f"{own}; then {last}"


def _told(training: Mapping[str, str]) -> str:
    return "; ".join(f"{key} {value}" for key, value in training.items())


def averaged_weights(average: Average) -> dict[str, Tensor]:
    """The averaged generators' tensors by name, as the model folder stores them."""
    return {
        f"{name}.{key}": tensor
        for name, network in average.networks().items()
        for key, tensor in network.state_dict().items()
    }
