from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tissuegan.evaluation.diversity import distance, diversity, pairwise_distances


def masks(*texts: str) -> NDArray[np.bool_]:
    """One sample of one class, one row, for each text of dots and hashes: (n, 1, 1, W)."""
    return np.array([[[[mark == "#" for mark in text]]] for text in texts], bool)


def test_distances_of_pairs_are_one_minus_intersection_over_union() -> None:
    found = pairwise_distances(masks("##..", ".##.", "..##"))
    assert found == pytest.approx([2 / 3, 1, 2 / 3])


def test_two_empty_answers_are_alike_and_an_empty_one_is_unlike_any_other() -> None:
    empty, full = masks("....", "####")
    assert distance(empty, empty) == 0
    assert distance(empty, full) == 1


def test_the_same_answer_every_time_has_no_diversity_however_conditions_differ() -> None:
    found = diversity([masks("##..", "##.."), masks("..##", "..##")])
    assert found["distance"] == 0
    assert found["distance_interval"] == pytest.approx([0, 0])
    assert found["apart"] == 1
    assert (found["answers"], found["n"], found["area"]) == (2, 2, 0.5)


def test_answers_that_heed_no_condition_are_as_far_apart_within_one_as_between_two() -> None:
    random = np.random.default_rng(0)
    answers = [random.random((6, 1, 40, 40)) < 0.3 for _ in range(5)]
    found = diversity(answers)
    assert found["distance"] == pytest.approx(found["apart"], abs=0.01)
    low, high = found["distance_interval"]
    assert low < found["distance"] < high


def test_noise_that_two_conditions_share_does_not_bring_their_answers_together() -> None:
    shared = masks("#...", "..#.")
    assert diversity([shared, shared])["apart"] == 1


def test_one_condition_has_no_interval_and_nothing_to_be_compared_with() -> None:
    found = diversity([masks("##..", ".##.")])
    assert found["distance"] == pytest.approx(2 / 3)
    assert found["distance_interval"] is None
    assert found["apart"] is None
