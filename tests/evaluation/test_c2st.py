from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from tissuegan.evaluation.c2st import TwoSample, folds_of, two_sample


def cells(count: int, shift: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, (count, 8))


def folds(count: int) -> np.ndarray:
    return folds_of(np.arange(count) * 10 // count, 10)


def test_folds_are_runs_of_whole_fields() -> None:
    fields = np.repeat(np.arange(10), 3)
    found = folds_of(fields, 10)
    assert found.tolist() == np.repeat(np.arange(5), 6).tolist()


def test_there_are_no_more_folds_than_fields() -> None:
    assert folds_of(np.array([0, 1, 2]), 3).tolist() == [0, 1, 2]


def test_the_folds_of_a_single_field_are_bands_of_its_cells() -> None:
    assert folds_of(np.zeros(10, np.int64), 1).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_alike_cells_are_told_by_chance() -> None:
    found = two_sample(
        cells(150, 0, 1), cells(100, 0, 2), (folds(150), folds(100)), np.random.default_rng(0)
    )
    assert found is not None
    assert found.tested == 200
    assert 0.4 < found.accuracy < 0.6
    assert found.p_value > 0.01


def test_other_cells_are_told_with_certainty() -> None:
    found = two_sample(
        cells(100, 0, 1), cells(100, 2, 2), (folds(100), folds(100)), np.random.default_rng(0)
    )
    assert found is not None
    assert found.accuracy > 0.95
    assert found.p_value < 1e-10


def test_what_marks_a_field_does_not_help_on_the_fields_held_out() -> None:
    """Every field has a mark of its own: cells of seen fields are told by it, unseen ones not."""
    marks = np.random.default_rng(5).normal(0, 20, (2, 10, 8))
    sets = [cells(100, 0, k) + marks[k][np.arange(100) * 10 // 100] for k in (0, 1)]
    found = two_sample(sets[0], sets[1], (folds(100), folds(100)), np.random.default_rng(0))
    mixed = np.arange(100) % 5
    leaking = two_sample(sets[0], sets[1], (mixed, mixed), np.random.default_rng(0))
    assert found is not None
    assert leaking is not None
    assert leaking.accuracy > 0.95 > 0.75 > found.accuracy


def test_the_p_value_is_the_binomial_tail() -> None:
    assert TwoSample(60, 100).p_value == pytest.approx(binom.pmf(range(60, 101), 100, 0.5).sum())
    assert TwoSample(50, 100).accuracy == 0.5


def test_few_cells_are_not_tested() -> None:
    few = cells(9, 0, 1)
    assert two_sample(few, few, (folds(9), folds(9)), np.random.default_rng(0)) is None
    many = cells(40, 0, 1)
    one_fold = np.zeros(40, np.int64)
    assert two_sample(many, many, (folds(40), one_fold), np.random.default_rng(0)) is None
