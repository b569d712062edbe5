"""Trainings that diverge: told in a sentence, and nothing good is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tissuegan.errors import UserError
from tissuegan.training import checkpoint, train
from tissuegan.training.divergence import refuse_lost_losses
from tissuegan.training.loop import Trainer

pytestmark = pytest.mark.usefixtures("quick_calibration")

FAULT = 5
Advance = Callable[[Trainer], dict[str, float]]


def run(data: Path, out: Path, **changes: str) -> None:
    """Eight steps of a small label generator with a checkpoint after the third and the sixth."""
    overrides = {"smoke": "true", "batch": "1", "steps": "8", "checkpoint_every": "3", **changes}
    list(train("labels", data, out, device="cpu", overrides=overrides))


def kept_step(out: Path) -> int:
    state = checkpoint.load(out / checkpoint.FOLDER, torch.device("cpu"))
    assert state is not None
    return int(state["step"])


@pytest.mark.parametrize("lost", [float("nan"), float("inf"), float("-inf")])
def test_a_loss_that_is_no_number_is_named_with_its_step(lost: float) -> None:
    refuse_lost_losses({"one": 0.0, "other": 1e30}, 7)
    with pytest.raises(UserError, match=rf"The loss other is {lost} after step 7: .* diverged"):
        refuse_lost_losses({"one": 0.0, "other": lost}, 7)


def test_a_run_that_a_fault_ended_goes_on_as_if_there_had_been_none(
    phantom_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm, out = tmp_path / "calm", tmp_path / "out"
    run(phantom_folder, calm)
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "advance", _poisoned(Trainer.advance))
        with pytest.raises(UserError, match=f"after step {FAULT}.*The same command goes on"):
            run(phantom_folder, out)
    assert kept_step(out) == 3
    run(phantom_folder, out)
    for name in ("model/weights.safetensors", "model/config.json", "metrics.csv"):
        assert (out / name).read_bytes() == (calm / name).read_bytes(), name


def _poisoned(advance: Advance) -> Advance:
    """A step whose weights are lost from one step on: its losses are not numbers from then on."""

    def step(trainer: Trainer) -> dict[str, float]:
        if trainer.step == FAULT - 1:
            _lose_a_weight(trainer)
        return advance(trainer)

    return step


def _lose_a_weight(trainer: Trainer) -> None:
    with torch.no_grad():
        next(iter(trainer.model.parameters())).fill_(float("nan"))


def test_weights_that_were_lost_in_the_last_update_are_not_checkpointed(
    phantom_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = Trainer.advance

    def losing(trainer: Trainer) -> dict[str, float]:
        found = advance(trainer)
        if trainer.step == 6:
            _lose_a_weight(trainer)
        return found

    monkeypatch.setattr(Trainer, "advance", losing)
    with pytest.raises(UserError, match=r"The weights .* are not all numbers after step 6"):
        run(phantom_folder, tmp_path / "run")
    assert kept_step(tmp_path / "run") == 3


def test_a_rate_out_of_all_reason_ends_the_run(phantom_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="smaller rates"):
        run(phantom_folder, tmp_path / "run", **{"labels.generator_optimiser.rate": "1e38"})
    assert not (tmp_path / "run" / "model").exists()
