"""What is measured: trainers on a phantom, and models that need not know anything."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tissuegan.data import PatchSampler, Section
from tissuegan.data.phantom import Phantom
from tissuegan.models.card import write_model
from tissuegan.region import Region
from tissuegan.training import Recipe, load_recipe
from tissuegan.training.average import Average
from tissuegan.training.build import averaged_weights, build, card
from tissuegan.training.loop import Trainer
from tissuegan.training.run import launch

CLASSES = ("one", "other")


def recipe_of(name: str, smoke: bool) -> Recipe:
    """A recipe at its real size or at the smoke size."""
    return load_recipe(name, {"smoke": str(smoke).lower()})


@cache
def section(side: int) -> Section:
    """A phantom as large as a patch and somewhat more."""
    return Section("phantom", Phantom(0)[Region(0, 0, side + 64, side + 64)])


def trainer(name: str, smoke: bool) -> Trainer:
    """A recipe ready to train on the CPU, or on a GPU where there is one."""
    recipe = recipe_of(name, smoke)
    sampler = PatchSampler((section(recipe.crop),), recipe.crop, recipe.batch, recipe.seed)
    return Trainer(launch(recipe, "auto", 1), recipe, build(recipe, CLASSES), sampler)


def fresh_model(folder: Path, smoke: bool) -> None:
    """The model folder of an untrained SGAN."""
    recipe = recipe_of("sgan", smoke)
    weights = averaged_weights(Average(build(recipe, CLASSES), recipe.ema))
    write_model(folder, card(recipe, (section(recipe.crop),), 0), weights)
