from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tissuegan.evaluation import support as module
from tissuegan.evaluation.support import Pair, Run, compare, support


def uniform_labels(support_size: int, count: int, seed: int) -> NDArray[np.bool_]:
    """Labels drawn from a support of equally likely ones, all far from each other."""
    kinds = np.random.default_rng(99).random((support_size, 1, 8, 8)) < 0.5
    chosen = np.random.default_rng(seed).integers(support_size, size=count)
    return kinds[chosen]


def iu(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum()) if (a | b).any() else 1.0


@given(st.integers(0, 2**31), st.integers(1, 12), st.integers(1, 5))
def test_every_label_finds_its_nearest_forerunner(seed: int, count: int, block: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.random((count, 2, 2, 2)) < random.random()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", block)
        run = compare(labels)
    assert run.distance[0] == np.inf
    assert run.nearest[0] == -1
    for k in range(1, count):
        distances = [1 - iu(labels[k], labels[j]) for j in range(k)]
        assert run.distance[k] == pytest.approx(min(distances), abs=1e-6)
        assert distances[run.nearest[k]] == pytest.approx(min(distances), abs=1e-6)


def test_two_empty_labels_are_alike_and_an_empty_one_is_like_no_other() -> None:
    labels = np.zeros((3, 1, 4, 4), bool)
    labels[1, 0, 0, 0] = True
    run = compare(labels)
    assert run.distance.tolist() == [np.inf, 1.0, 0.0]
    assert run.nearest.tolist() == [-1, 0, 0]


def test_an_iu_of_exactly_nine_tenths_is_not_alike() -> None:
    labels = np.zeros((2, 1, 1, 10), bool)
    labels[0] = True
    labels[1, ..., :9] = True
    assert compare(labels).first_collision() is None
    labels = np.ones((2, 1, 1, 11), bool)
    labels[1, ..., 10] = False
    assert compare(labels).first_collision() == 2


def test_the_most_similar_pairs_come_nearest_first() -> None:
    run = Run(np.array([np.inf, 0.5, 0.1, 0.3]), np.array([-1, 0, 1, 0]))
    assert run.most_similar(2) == (Pair(1, 2, 0.1), Pair(0, 3, 0.3))
    assert len(run.most_similar(9)) == 3
    assert run.min_distance((2, 3, 4)) == (0.5, 0.1, 0.1)
    assert run.pairs_compared == 6


def test_the_support_of_equally_likely_labels_is_found() -> None:
    runs = [compare(uniform_labels(1000, 150, seed)) for seed in range(30)]
    found = support(runs, (10, 37, 100, 150, 5000))
    assert found.batch_sizes == (10, 37, 100, 150)
    assert found.estimate is not None
    assert found.high is not None
    assert 500 < found.estimate < 2000
    assert found.low < 1000 < found.high
    # P(collision in s) = 1 - exp(-s (s - 1) / 2 N) is 0.49 for s = 37; three standard errors.
    assert abs(found.collisions[1] - 0.49) < 3 * 0.5 / 30**0.5


def test_the_interval_holds_the_true_support_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        draws = [random.integers(300, size=80) for _ in range(10)]
        found = support([_run_of(kinds) for kinds in draws], (80,))
        held += found.low <= 300 and (found.high is None or found.high >= 300)
    assert held >= 180


def _run_of(kinds: NDArray[np.int64]) -> Run:
    """The run of labels that are alike where they are of one kind, else wholly different."""
    distance = np.zeros(len(kinds))
    distance[np.unique(kinds, return_index=True)[1]] = 1
    return Run(np.array([np.inf, *distance[1:]]), np.zeros(len(kinds), np.int64))


def test_half_of_the_runs_decide_the_estimate() -> None:
    early, late = np.array([np.inf, 1, 0.0, 1]), np.array([np.inf, 1, 1, 1.0])
    places = np.zeros(4, np.int64)
    found = support([Run(early, places), Run(late, places)], (2, 3, 4))
    assert found.collisions == (0.0, 0.5, 0.5)
    assert found.estimate == 3 * 2 / (2 * log(2))
    found = support([Run(early, places), Run(late, places), Run(late, places)], (2, 3, 4))
    assert found.estimate is None
    assert found.high is not None


def test_without_a_collision_only_the_lower_end_is_known() -> None:
    run = Run(np.array([np.inf, *[0.5] * 4999]), np.zeros(5000, np.int64))
    found = support([run] * 10)
    assert (found.estimate, found.high, found.n) == (None, None, 10)
    assert found.low == pytest.approx(10 * 5000 * 4999 / 2 / -log(0.05))
    assert found.min_distance == ((0.5,) * 6,) * 10
