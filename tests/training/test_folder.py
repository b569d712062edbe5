from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.training.conftest import Trainers
from tissuegan.errors import UserError
from tissuegan.models import load
from tissuegan.training import load_recipe
from tissuegan.training.folder import RunFolder
from tissuegan.training.run import follow

pytestmark = pytest.mark.usefixtures("quick_calibration")


def test_everything_is_written_when_it_is_due_and_after_the_last_step(
    trainers: Trainers, tmp_path: Path
) -> None:
    due = {"steps": "5", "record_every": "2", "sample_every": "3", "checkpoint_every": "4"}
    trainer = trainers(**due)
    folder = RunFolder.open(tmp_path / "run", trainer.recipe, trainers.sections)
    folder.resume(0, torch.device("cpu"))
    place = tmp_path / "run" / "checkpoint" / "last.pt"
    checkpoints = [step.done for step in follow(trainer, folder) if place.exists()]
    rows = (tmp_path / "run" / "metrics.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["step", "2", "4", "5"]
    sheets = sorted(path.name for path in (tmp_path / "run" / "samples").iterdir())
    assert sheets == ["000003.png", "000005.png"]
    assert checkpoints == [4, 5, 5]  # once more while it calibrates
    assert load(tmp_path / "run").card.training["steps"] == "5"


def test_a_run_folder_holds_its_recipe(trainers: Trainers, tmp_path: Path) -> None:
    recipe = trainers.recipe()
    RunFolder.open(tmp_path / "deep" / "run", recipe, trainers.sections)
    assert load_recipe(tmp_path / "deep" / "run" / "recipe.toml") == recipe


def test_a_run_of_another_recipe_is_refused_and_left_alone(
    trainers: Trainers, tmp_path: Path
) -> None:
    RunFolder.open(tmp_path, trainers.recipe(), trainers.sections)
    before = (tmp_path / "recipe.toml").read_bytes()
    for changes in ({"seed": "1"}, {"batch": "4"}, {"labels.generator_optimiser.rate": "1e-3"}):
        with pytest.raises(UserError, match="is another recipe"):
            RunFolder.open(tmp_path, trainers.recipe(**changes), trainers.sections)
    with pytest.raises(UserError, match="is another recipe"):
        RunFolder.open(tmp_path, trainers.recipe("sgan"), trainers.sections)
    assert (tmp_path / "recipe.toml").read_bytes() == before


def test_how_long_a_run_takes_may_change(trainers: Trainers, tmp_path: Path) -> None:
    RunFolder.open(tmp_path, trainers.recipe(), trainers.sections)
    longer = trainers.recipe(steps="99", checkpoint_every="7", sample_every="8", record_every="9")
    RunFolder.open(tmp_path, longer, trainers.sections)
    assert load_recipe(tmp_path / "recipe.toml") == longer


def test_a_kill_while_the_recipe_is_written_leaves_the_one_before(
    trainers: Trainers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RunFolder.open(tmp_path, trainers.recipe(), trainers.sections)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        RunFolder.open(tmp_path, trainers.recipe(steps="99"), trainers.sections)
    monkeypatch.undo()
    assert load_recipe(tmp_path / "recipe.toml") == trainers.recipe()


def test_a_folder_that_cannot_be_written_is_told(trainers: Trainers, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        RunFolder.open(tmp_path / "file", trainers.recipe(), trainers.sections)


def test_a_run_on_other_sections_is_refused_and_left_alone(
    trainers: Trainers, tmp_path: Path
) -> None:
    RunFolder.open(tmp_path, trainers.recipe(), trainers.sections)
    before = (tmp_path / "checkpoint" / "sections.txt").read_bytes()
    for others in (trainers.sections[:1], trainers.sections[::-1]):
        with pytest.raises(UserError, match="learns from other sections"):
            RunFolder.open(tmp_path, trainers.recipe(), others)
    assert (tmp_path / "checkpoint" / "sections.txt").read_bytes() == before


def test_a_model_is_finished_only_when_it_is_calibrated(
    trainers: Trainers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainers(steps="2", checkpoint_every="1")
    folder = RunFolder.open(tmp_path, trainer.recipe, trainers.sections)
    folder.resume(0, torch.device("cpu"))
    monkeypatch.setattr("tissuegan.training.folder.calibrated", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(follow(trainer, folder))
    assert load(tmp_path).card.training["steps"] == "1"


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_without_a_step_the_folder_is_whole_too(trainers: Trainers, tmp_path: Path) -> None:
    trainer = trainers(steps="0")
    folder = RunFolder.open(tmp_path, trainer.recipe, trainers.sections)
    folder.resume(0, torch.device("cpu"))
    list(follow(trainer, folder))
    names = {path.name for path in tmp_path.iterdir()}
    assert {"metrics.csv", "sessions.csv", "samples", "checkpoint", "model"} <= names
