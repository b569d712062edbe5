from __future__ import annotations

import math
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.stats import binomtest, norm

from tissuegan.evaluation.answers import REAL, Answer
from tissuegan.evaluation.study import d_prime, study_result, wilson
from tissuegan.evaluation.study_figure import study_figure


def said(person: int, system: str, ticked: int, kept: int, expert: bool = False) -> list[Answer]:
    """Answers of one person about tiles of one system."""
    ticks = [True] * ticked + [False] * kept
    return [Answer(person, expert, system, tick) for tick in ticks]


STUDY = [
    *said(1, REAL, 1, 9, expert=True),
    *said(1, "a", 8, 2, expert=True),
    *said(2, REAL, 3, 7),
    *said(2, "a", 4, 6),
    *said(3, REAL, 2, 8),
    *said(3, "a", 6, 4),
    *said(3, "b", 0, 5),
]


def test_wilson_is_the_textbook_interval_by_hand() -> None:
    # 15 of 50: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n) with z = 1.96
    z, n, p = 1.959963984540054, 50, 0.3
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    by_hand = [(p + z * z / (2 * n) + sign * half) / (1 + z * z / n) for sign in (-1, 1)]
    assert wilson(15, 50) == pytest.approx(by_hand, abs=1e-12)
    assert wilson(15, 50) == pytest.approx((0.19104, 0.43751), abs=1e-4)


@given(st.integers(1, 400), st.data())
def test_wilson_agrees_with_scipy(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    expected = binomtest(k, n).proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_share_of_nothing_is_not_told() -> None:
    system = study_result([], ["a"]).all.systems[0]
    assert wilson(0, 0) is None
    assert (system.share, system.wilson, system.bootstrap, system.d_prime) == (None,) * 4


def test_d_prime_is_the_difference_of_two_normal_quantiles() -> None:
    expected = norm.ppf(80.5 / 101) - norm.ppf(20.5 / 101)
    assert float(d_prime(80, 100, 20, 100)) == pytest.approx(expected, abs=1e-12)


def test_d_prime_is_zero_for_who_cannot_tell_and_finite_for_who_always_can() -> None:
    assert float(d_prime(30, 60, 30, 60)) == 0
    assert float(d_prime(50, 50, 0, 50)) == pytest.approx(2 * norm.ppf(50.5 / 51))
    assert math.isnan(float(d_prime(0, 0, 3, 10)))


def test_the_share_pools_tiles_and_the_bar_is_the_mean_over_people() -> None:
    a = study_result(STUDY, ["a", "b"]).all.systems[0]
    assert (a.n, a.taken_for_real, a.participants) == (30, 12, 3)
    assert a.share == pytest.approx(0.4)
    assert a.each == pytest.approx((0.2, 0.6, 0.4))
    assert (a.mean, a.std) == pytest.approx((0.4, 0.2))
    assert float(a.d_prime or 0) == pytest.approx(float(d_prime(18, 30, 6, 30)))


def test_experts_are_told_apart() -> None:
    result = study_result(STUDY, ["a", "b"])
    assert [g.participants for g in (result.all, result.experts, result.others)] == [3, 1, 2]
    assert result.experts.systems[0].share == pytest.approx(0.2)
    assert result.others.systems[0].share == pytest.approx(0.5)
    assert result.experts.real_share == pytest.approx(0.9)


def test_one_person_has_no_bootstrap_interval() -> None:
    result = study_result(STUDY, ["a", "b"])
    assert result.experts.systems[0].bootstrap is None
    assert result.all.systems[1].bootstrap is None
    assert result.all.systems[1].std is None


def test_the_bootstrap_is_between_the_extreme_participants_and_repeats() -> None:
    first, again = (study_result(STUDY, ["a"], seed=3).all.systems[0] for _ in range(2))
    assert first == again
    assert first.bootstrap is not None
    assert 0.2 <= first.bootstrap[0] < 0.4 < first.bootstrap[1] <= 0.6


def test_the_bootstrap_covers_the_truth_where_people_differ_and_wilson_does_not() -> None:
    """Thirty people whose own rates spread by 0.2: tiles of one person are not independent."""
    random, hits, misses = np.random.default_rng(1), 0, 0
    for study in range(30):
        rates = np.clip(random.normal(0.5, 0.2, 30), 0, 1)
        kept = [int(k) for k in random.binomial(50, rates)]
        answers = [a for who, k in enumerate(kept) for a in said(who, "a", 50 - k, k)]
        a = study_result(answers, ["a"], seed=study).all.systems[0]
        assert a.bootstrap is not None
        assert a.wilson is not None
        hits += a.bootstrap[0] <= 0.5 <= a.bootstrap[1]
        misses += not a.wilson[0] <= 0.5 <= a.wilson[1]
    assert hits >= 26
    assert misses >= 6


def test_the_figure_is_a_picture_that_depends_on_the_answers() -> None:
    drawn = [study_figure(study_result(s, ["a", "b"]), "images") for s in (STUDY, STUDY[:20], [])]
    sizes = [Image.open(BytesIO(png)).size for png in drawn]
    assert min(min(size) for size in sizes) > 300
    assert len(set(drawn)) == 3
