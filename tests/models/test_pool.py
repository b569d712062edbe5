from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.builders import FC
from tissuegan.errors import UserError
from tissuegan.models import LabelGAN
from tissuegan.models.pool import FakePool
from tissuegan.models.settings import DiscriminatorSettings, LabelSettings
from tissuegan.networks.geometry import NoiseSource
from tissuegan.region import Region


def fakes(*values: float) -> Tensor:
    return torch.tensor(values).reshape(-1, 1, 1, 1)


def chance(exchange: bool, place: float) -> NoiseSource:
    """A noise source: whether to exchange, and the normal whose quantile says which."""
    drawn = torch.tensor([1.0 if exchange else -1.0, place]).reshape(1, 2, 1, 1)

    def noise(_stream: int, _region: Region, _channels: int) -> Tensor:
        return drawn

    return noise


def shown(pool: FakePool, value: float, exchange: bool, place: float = 0.0) -> float:
    return float(pool(fakes(value), chance(exchange, place)))


def test_until_it_is_full_a_pool_shows_what_it_is_given() -> None:
    pool = FakePool(3, (1, 1, 1))
    assert [shown(pool, k, exchange=True) for k in (1, 2, 3)] == [1, 2, 3]
    assert pool.kept.flatten().tolist() == [1, 2, 3]


def test_a_full_pool_gives_an_old_one_for_a_new_one_or_lets_it_pass() -> None:
    pool = FakePool(3, (1, 1, 1))
    for k in (1, 2, 3):
        shown(pool, k, exchange=True)
    assert shown(pool, 4, exchange=False) == 4
    assert shown(pool, 5, exchange=True, place=0.0) == 2  # the middle quantile is the middle one
    assert pool.kept.flatten().tolist() == [1, 5, 3]
    assert shown(pool, 6, exchange=True, place=9.0) == 3  # the last, whatever rounding says


def test_half_of_what_a_full_pool_shows_is_old() -> None:
    random = torch.Generator().manual_seed(0)
    pool = FakePool(5, (1, 1, 1))

    def noise(_stream: int, _region: Region, channels: int) -> Tensor:
        return torch.randn(1, channels, 1, 1, generator=random)

    passed = [float(pool(fakes(k), noise)) == k for k in range(400)]
    assert sum(passed[5:]) / 395 == pytest.approx(0.5, abs=0.08)


def test_a_pool_is_part_of_the_state_of_training() -> None:
    pool, other = FakePool(2, (1, 1, 1)), FakePool(2, (1, 1, 1))
    shown(pool, 7, exchange=True)
    other.load_state_dict(pool.state_dict())
    assert other.kept.flatten().tolist() == [7, 0]
    assert int(other.count) == 1
    assert not list(pool.parameters())


def test_a_pool_for_fields_of_any_size_is_refused() -> None:
    part = DiscriminatorSettings(pool=5)
    with pytest.raises(UserError, match=r"discriminator\.pool=0"):
        LabelGAN(2, LabelSettings(generator=FC, discriminator=part))
