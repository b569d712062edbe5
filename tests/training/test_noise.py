from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tissuegan.region import Region
from tissuegan.training.noise import step_noise

CPU = torch.device("cpu")


def drawn(seed: int, step: int, rank: int = 0, world: int = 1) -> list[Tensor]:
    """What a network asks of one step's noise, in order."""
    noise = step_noise(seed, step, 6, CPU, rank, world)
    return [noise(0, Region(0, 0, 3, 4), 2), noise(1, Region(5, 5, 7, 3), 1)]


def test_noise_is_a_function_of_seed_and_step() -> None:
    assert all(map(torch.equal, drawn(1, 2), drawn(1, 2)))
    for other in (drawn(1, 3), drawn(2, 2), drawn(2, 1)):
        assert not torch.equal(drawn(1, 2)[0], other[0])


def test_noise_has_the_shape_asked_for_and_the_spread_of_a_normal() -> None:
    noise = step_noise(0, 0, 4, CPU)(0, Region(0, 0, 50, 60), 3)
    assert noise.shape == (4, 3, 50, 60)
    assert noise.dtype == torch.float32
    assert abs(float(noise.mean())) < 0.02
    assert abs(float(noise.std()) - 1) < 0.02


@pytest.mark.parametrize("world", [2, 3])
def test_processes_share_the_noise_of_the_global_batch(world: int) -> None:
    whole = drawn(1, 2)
    for rank in range(world):
        for alone, part in zip(whole, drawn(1, 2, rank, world), strict=True):
            assert torch.equal(alone[rank::world], part)


def test_any_seed_and_step_will_do() -> None:
    assert drawn(2**63 + 5, 10**7)[0].shape == (6, 2, 3, 4)
