from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import pytest
import torch
from torch import Tensor, nn

from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.settings import Parts
from tissuegan.training.average import Average


class Toy(Trainable):
    """A trainable of one weight, one running statistic, and a part that is no generator."""

    parts: ClassVar = ()

    def __init__(self, value: float) -> None:
        super().__init__()
        self.made = nn.BatchNorm1d(1)
        self.other = nn.Linear(1, 1)
        self.set(value)

    def set(self, value: float) -> None:
        with torch.no_grad():
            self.made.weight.fill_(value)
            self.made.get_buffer("running_mean").fill_(10 * value)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        raise NotImplementedError

    def phases(self) -> tuple[Phase, ...]:
        return ()

    def generators(self) -> Mapping[str, nn.Module]:
        return {"made": self.made}

    def smallest_crops(self) -> Mapping[str, int]:
        return {}

    def sheet(self, step: Step) -> list[Tensor]:
        return [step.masks]


def weight(average: Average) -> float:
    return float(average.networks()["made"].get_parameter("weight").detach())


def test_the_average_begins_with_the_model() -> None:
    assert weight(Average(Toy(3.0), 0.9)) == 3.0


def test_the_first_steps_are_forgotten_quickly() -> None:
    toy = Toy(0.0)
    average = Average(toy, decay=0.5)
    expected = 0.0
    for step, (value, decay) in enumerate([(1.0, 1 / 10), (2.0, 2 / 11), (4.0, 3 / 12)]):
        toy.set(value)
        average.update(toy, step)
        expected = decay * expected + (1 - decay) * value
        assert weight(average) == pytest.approx(expected)


def test_in_the_long_run_the_decay_is_the_one_asked_for() -> None:
    toy = Toy(0.0)
    average = Average(toy, decay=0.9)
    toy.set(1.0)
    average.update(toy, 10**6)
    assert weight(average) == pytest.approx(0.1)


def test_running_statistics_are_averaged_and_counters_are_not() -> None:
    toy = Toy(0.0)
    average = Average(toy, decay=0.9)
    toy.set(1.0)
    toy.made.get_buffer("num_batches_tracked").fill_(7)
    average.update(toy, 10**6)
    kept = average.networks()["made"]
    assert float(kept.get_buffer("running_mean")) == pytest.approx(1.0)
    assert int(kept.get_buffer("num_batches_tracked")) == 0


def test_the_average_is_a_copy_that_is_not_trained() -> None:
    toy = Toy(1.0)
    average = Average(toy, decay=0.9)
    toy.set(5.0)
    assert weight(average) == 1.0
    kept = average.networks()["made"]
    assert not kept.training
    assert not any(p.requires_grad for p in kept.parameters())
    assert toy.made.training
