from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tissuegan.evaluation.intervals import jackknife, percentiles, proportion


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    values = np.random.default_rng(0).normal(3, 2, 12)
    found = jackknife(list(values), lambda some: float(np.mean(some)))
    reach = stats.t.ppf(0.975, 11) * values.std(ddof=1) / np.sqrt(12)
    assert found == pytest.approx([values.mean() - reach, values.mean() + reach])


def test_one_field_has_no_interval() -> None:
    assert jackknife([1.0], lambda some: some[0]) is None


def test_a_value_that_is_not_finite_has_no_interval() -> None:
    assert jackknife([1.0, 0.0], lambda some: 1 / sum(some) if sum(some) else np.inf) is None


def test_percentiles_span_95_percent_of_repeats() -> None:
    assert percentiles(np.arange(1001.0)) == pytest.approx([25, 975])
    assert percentiles(np.empty(0)) is None


def test_wilsons_interval_of_a_share() -> None:
    assert proportion(5, 10) == pytest.approx([0.2366, 0.7634], abs=1e-4)
    assert proportion(0, 0) is None
