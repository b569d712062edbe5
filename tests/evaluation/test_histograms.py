from __future__ import annotations

import numpy as np
import pytest

from tissuegan.evaluation.histograms import (
    chi2,
    counts,
    halves,
    repeated,
    size_edges,
    unit_edges,
)


def test_chi2_of_histograms_is_half_the_sum_over_bins() -> None:
    first, second = np.array([1, 1, 0]), np.array([0, 1, 1])
    assert chi2(first, second) == pytest.approx((0.5 + 0 + 0.5) / 2)


def test_chi2_is_zero_for_equal_shapes_and_one_for_disjoint_ones() -> None:
    assert chi2(np.array([2, 4]), np.array([1, 2])) == 0
    assert chi2(np.array([5, 0]), np.array([0, 3])) == 1


def test_chi2_with_nothing_is_not_a_number() -> None:
    assert np.isnan(chi2(np.zeros(3), np.ones(3)))


def test_size_bins_run_from_zero_to_the_percentile_and_the_last_one_is_open() -> None:
    edges = size_edges(np.arange(1001.0))
    assert edges[:2].tolist() == pytest.approx([0, 995 / 20])
    assert counts(np.array([0.0, 995.0, 1e9]), edges).tolist() == [1, *[0] * 18, 2]


def test_roundness_of_one_is_in_the_last_bin() -> None:
    assert counts(np.array([0.0, 0.96, 1.0]), unit_edges()).tolist() == [1, *[0] * 18, 2]


def test_random_halves_of_one_set_differ_as_theory_says() -> None:
    values = np.random.default_rng(0).random(400)
    found = halves(values, unit_edges(), 200, np.random.default_rng(1))
    expected = (20 - 1) / 4 * (1 / 200 + 1 / 200)
    assert found.mean() == pytest.approx(expected, rel=0.15)


def test_repeats_compare_equal_numbers_and_know_a_shift() -> None:
    random = np.random.default_rng(2)
    first, second = random.random(90), random.random(60) + 0.25
    squared, moved = repeated(first, second, unit_edges(), 60, random)
    assert len(squared) == len(moved) == 100
    assert moved.mean() == pytest.approx(0.25, abs=0.08)


def test_too_few_values_give_no_distance() -> None:
    squared, moved = repeated(np.ones(5), np.ones(0), unit_edges(), 0, np.random.default_rng(0))
    assert len(squared) == len(moved) == 0
