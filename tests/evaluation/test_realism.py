from __future__ import annotations

import numpy as np

from tissuegan.evaluation.realism import fooled, trained_on


def draw(count: int, shift: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, (count, 10))


def test_a_hundred_cells_train_or_sixty_percent_of_fewer_than_two_hundred() -> None:
    assert [trained_on(n) for n in (0, 1, 10, 199, 200, 500)] == [0, 1, 6, 120, 100, 100]


def test_cells_of_one_distribution_are_taken_for_real_half_of_the_time() -> None:
    shares = fooled(draw(100, 0, 1), draw(200, 0, 2), np.random.default_rng(0))
    assert len(shares) == 100
    assert 0.35 < shares.mean() < 0.65


def test_cells_of_another_distribution_fool_nobody() -> None:
    assert fooled(draw(100, 0, 1), draw(200, 5, 2), np.random.default_rng(0)).max() == 0


def test_without_cells_there_is_no_share() -> None:
    nothing = np.empty((0, 10))
    assert len(fooled(draw(100, 0, 1), nothing, np.random.default_rng(0))) == 0
    assert len(fooled(nothing, draw(100, 0, 1), np.random.default_rng(0))) == 0
