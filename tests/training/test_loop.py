from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from tests.training.conftest import Trainers
from tissuegan.models.settings import Optimiser
from tissuegan.region import Region
from tissuegan.training.loop import Trainer, rate


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, 2.0), (59, 2.0), (60, 2.0), (61, 2.0 * 39 / 40), (80, 1.0), (99, 0.05)],
)
def test_the_rate_is_constant_and_then_falls_to_zero(step: int, expected: float) -> None:
    assert rate(Optimiser(rate=2.0, decay=0.4), step, 100) == pytest.approx(expected)


def test_a_rate_without_decay_stays() -> None:
    assert {rate(Optimiser(rate=0.5, decay=0.0), step, 10) for step in range(10)} == {0.5}


@pytest.mark.parametrize(
    ("step", "expected"), [(0, 1.0), (15, 1.5), (30, 2.0), (60, 2.0), (80, 1.0)]
)
def test_a_rate_may_rise_before_it_is_constant(step: int, expected: float) -> None:
    rising = Optimiser(rate=2.0, first_rate=1.0, warmup=0.3, decay=0.4)
    assert rate(rising, step, 100) == pytest.approx(expected)


def test_a_warmup_begins_at_nothing_where_no_first_rate_is_given() -> None:
    rising = Optimiser(rate=1.0, warmup=0.5, decay=0.0)
    assert [rate(rising, step, 4) for step in range(4)] == [0.0, 0.5, 1.0, 1.0]


def test_a_first_rate_may_be_the_higher_one() -> None:
    falling = Optimiser(rate=1.0, first_rate=3.0, warmup=0.5, decay=0.0)
    assert [rate(falling, step, 4) for step in range(4)] == [3.0, 2.0, 1.0, 1.0]


def test_a_rate_may_fall_from_the_start() -> None:
    falling = [rate(Optimiser(rate=1.0, decay=1.0), step, 4) for step in range(4)]
    assert falling == [1.0, 0.75, 0.5, 0.25]


def tensors(state: Any) -> list[Tensor]:
    """Every tensor and number of a state, in order."""
    if isinstance(state, dict):
        return [tensor for value in state.values() for tensor in tensors(value)]
    if isinstance(state, list | tuple):
        return [tensor for value in state for tensor in tensors(value)]
    return [state if isinstance(state, Tensor) else torch.tensor(float(state or 0))]


def same(first: Trainer, second: Trainer) -> bool:
    pairs = zip(tensors(first.state()), tensors(second.state()), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_a_restored_trainer_ends_where_an_undisturbed_one_ends(trainers: Trainers) -> None:
    undisturbed, first, second = trainers(), trainers(), trainers()
    losses = [undisturbed.advance() for _ in range(4)]
    assert [first.advance(), first.advance()] == losses[:2]
    second.restore(first.state())
    assert second.step == 2
    assert [second.advance(), second.advance()] == losses[2:]
    assert same(second, undisturbed)
    assert not same(first, undisturbed)


def test_a_step_moves_every_weight_and_the_average(trainers: Trainers) -> None:
    trainer = trainers("sgan")
    before = {k: v.clone() for k, v in trainer.module.named_parameters()}
    averaged = {k: v.clone() for k, v in trainer.average.networks()["image"].named_parameters()}
    trainer.advance()
    trainer.advance()  # noise has no strength before the first step
    for name, value in trainer.module.named_parameters():
        # neither a relativistic discriminator nor, while real and fake lie inside its margins, one
        # by the hinge has use for an offset: rounding may move it or not
        offset = ".discriminator." in name and name.endswith("head.bias")
        assert offset or not torch.equal(value, before[name]), name
    for name, value in trainer.average.networks()["image"].named_parameters():
        assert not torch.equal(value, averaged[name]), name


def test_a_phase_is_updated_as_often_as_the_recipe_says_on_other_fakes(trainers: Trainers) -> None:
    trainer = trainers(**{"labels.generator_optimiser.updates": "2"})
    shown: list[Tensor] = []
    generator = trainer.phases[-1].network
    generator.register_forward_hook(lambda _m, _i, field: shown.append(field.values.detach()))
    trainer.advance()
    counts = [
        int(next(iter(trainer.optimisers[phase.name].state.values()))["step"])
        for phase in trainer.phases
    ]
    assert counts == [1, 2]
    assert len(shown) == 2
    assert not torch.equal(*shown)


def test_the_label_generator_of_a_dsgan_may_learn_at_a_share_of_the_rate(
    trainers: Trainers,
) -> None:
    changes = {"supervision.labels_share": "0.25", "supervision.optimiser.rate": "1e-3"}
    trainer = trainers("dsgan", **changes)
    parts = {"labels": 0.25e-3, "image": 1e-3, "segmenter": 1e-3}
    before = {name: _weights(trainer, name) for name in parts}
    trainer.advance()
    for name, longest in parts.items():  # Adam's first step is as long as the rate
        moved = (_weights(trainer, name) - before[name]).abs().max()
        assert float(moved) == pytest.approx(longest, rel=1e-2), name


def _weights(trainer: Trainer, part: str) -> Tensor:
    parameters = trainer.model.generators()[part].parameters()
    return torch.cat([parameter.detach().flatten().clone() for parameter in parameters])


def test_a_run_with_a_pool_of_fakes_goes_on_where_it_was(trainers: Trainers) -> None:
    undisturbed, first, second = (trainers("paper/labels", crop="64") for _ in range(3))
    for _ in range(7):
        undisturbed.advance()
    for _ in range(5):
        first.advance()
    second.restore(first.state())
    second.advance()
    second.advance()
    assert same(second, undisturbed)
    assert any(name.endswith("pool.kept") for name in first.state()["model"])


def test_losses_are_named_by_part(trainers: Trainers) -> None:
    names = list(trainers("sgan").advance())
    assert names == ["labels.d", "labels.g", "image.d", "image.g", "image.features", "image.l1"]


def test_the_recipes_rate_reaches_the_weights(trainers: Trainers) -> None:
    frozen = trainers(**{"labels.generator_optimiser.rate": "0"})
    before = frozen.module.state_dict()["generator.head.weight"].clone()
    other = frozen.module.state_dict()["discriminator.parts.0.head.bias"].clone()
    frozen.advance()
    assert torch.equal(frozen.module.state_dict()["generator.head.weight"], before)
    assert not torch.equal(frozen.module.state_dict()["discriminator.parts.0.head.bias"], other)


def test_the_data_of_a_step_are_a_function_of_the_step(trainers: Trainers) -> None:
    first, again, later = (trainers().batch(step) for step in (3, 3, 4))
    assert torch.equal(first.masks, again.masks)
    assert not torch.equal(first.masks, later.masks)
    region = Region(0, 0, 2, 2)
    assert torch.equal(first.noise(0, region, 1), again.noise(0, region, 1))
    assert first.image is not None
    assert first.image.shape == (2, 1, 192, 192)


def test_the_sheet_shows_the_average_on_the_same_patches_every_time(trainers: Trainers) -> None:
    trainer = trainers()
    first = trainer.sheet()
    trainer.advance()
    real, fake = trainer.sheet()
    assert torch.equal(real, first[0])
    assert not torch.equal(fake, first[1])
    assert all(map(torch.equal, trainer.sheet(), (real, fake)))


def test_seeds_give_different_models(trainers: Trainers) -> None:
    assert not same(trainers(), trainers(seed="1"))
    assert same(trainers(), trainers())
