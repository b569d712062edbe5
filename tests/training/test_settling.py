from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.training.conftest import Trainers
from tests.training.test_loop import same
from tissuegan.networks.layers import BatchNorm
from tissuegan.training.loop import Trainer
from tissuegan.training.settling import settled_from


def norms(network: nn.Module) -> list[BatchNorm]:
    return [module for module in network.modules() if isinstance(module, BatchNorm)]


def statistics(network: nn.Module) -> list[Tensor]:
    names = ("running_mean", "running_var")
    return [norm.get_buffer(name).clone() for norm in norms(network) for name in names]


def equal(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def advanced(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.advance()
    return trainer


@pytest.mark.parametrize(
    ("settled", "steps", "expected"), [(0, 8, 8), (1, 8, 0), (0.25, 8, 6), (0.3, 10, 7)]
)
def test_the_last_steps_are_the_settled_ones(
    trainers: Trainers, settled: float, steps: int, expected: int
) -> None:
    recipe = trainers.recipe("labels", settled=str(settled), steps=str(steps))
    assert settled_from(recipe) == expected


def test_a_generator_is_normalised_by_each_batch_until_it_is_settled(trainers: Trainers) -> None:
    trainer = trainers("image", settled="0.5", steps="4")
    network = trainer.model.generators()["image"]
    before = statistics(network)
    advanced(trainer, 2)
    assert all(norm.training for norm in norms(network))
    assert not equal(before, statistics(network))


def test_settled_steps_begin_with_the_averaged_statistics_and_leave_them(
    trainers: Trainers,
) -> None:
    trainer = advanced(trainers("image", settled="0.5", steps="4"), 2)
    network = trainer.model.generators()["image"]
    averaged = statistics(trainer.average.networks()["image"])
    assert not equal(averaged, statistics(network))
    advanced(trainer, 2)
    assert not any(norm.training for norm in norms(network))
    assert equal(averaged, statistics(network))


def test_a_settled_generator_draws_in_training_what_it_draws_when_it_is_trained(
    trainers: Trainers,
) -> None:
    trainer = trainers("image", settled="1")
    trainer.advance()
    gan = trainer.model
    live, kept = gan.generators()["image"], trainer.average.networks()["image"]
    kept.load_state_dict(live.state_dict())
    assert torch.equal(gan.sheet(trainer.batch(0))[2], trainer.sheet()[2])


def test_settled_generators_go_on_learning(trainers: Trainers) -> None:
    trainer = advanced(trainers("image", settled="1"), 1)
    network = trainer.model.generators()["image"]
    before = {key: value.clone() for key, value in network.named_parameters()}
    trainer.advance()
    assert all(not torch.equal(value, before[key]) for key, value in network.named_parameters())


def test_discriminators_are_never_settled(trainers: Trainers) -> None:
    trainer = advanced(trainers("dcgan", settled="1"), 1)
    (phase, *_) = trainer.phases
    assert norms(phase.network)
    assert all(norm.training for norm in norms(phase.network))


@pytest.mark.parametrize("stopped", [1, 2, 3])
def test_a_run_that_goes_on_before_at_or_after_the_first_settled_step_ends_alike(
    trainers: Trainers, stopped: int
) -> None:
    def new() -> Trainer:
        return trainers("image", settled="0.5", steps="4")

    undisturbed, first, second = advanced(new(), 4), advanced(new(), stopped), new()
    second.restore(first.state())
    assert same(advanced(second, 4 - stopped), undisturbed)
