from __future__ import annotations

from pathlib import Path

import pytest

from tissuegan.data import PatchSampler, load_sections
from tissuegan.training import calibrate, load_recipe, tones
from tissuegan.training.build import build
from tissuegan.training.loop import Trainer
from tissuegan.training.recipe import Recipe
from tissuegan.training.run import launch

CLASSES = ("one", "other")


class Trainers:
    """Makes trainers of the smoke size on the phantom, all alike."""

    def __init__(self, data: Path) -> None:
        self.sections = load_sections(data)

    def recipe(self, name: str = "labels", **changes: str) -> Recipe:
        return load_recipe(name, {"smoke": "true", "precision": "32-true", **changes})

    def __call__(self, name: str = "labels", **changes: str) -> Trainer:
        recipe = self.recipe(name, **changes)
        sampler = PatchSampler(self.sections, recipe.crop, recipe.batch, recipe.seed)
        return Trainer(launch(recipe, "cpu", 1), recipe, build(recipe, CLASSES), sampler)


@pytest.fixture(scope="session")
def trainers(phantom_folder: Path) -> Trainers:
    return Trainers(phantom_folder)


@pytest.fixture
def quick_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds and tones from so few pixels that a run of a few steps ends soon."""
    for module in (calibrate, tones):
        monkeypatch.setattr(module, "FIELDS", 2)
        monkeypatch.setattr(module, "SIDE", 64)
