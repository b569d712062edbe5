from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tissuegan.data import load_labels
from tissuegan.data.augment import inverse, symmetry
from tissuegan.data.phantom import Phantom
from tissuegan.evaluation.copying import Match, Training, copying, nearest
from tissuegan.region import Region

SECTIONS = [Phantom(seed)[Region(0, 0, 256, 320)].masks for seed in range(2)]
TRAINING = Training.of(SECTIONS, side=128)


@given(st.integers(0, 1), st.integers(0, 32), st.integers(0, 48), st.integers(0, 7))
@settings(max_examples=20)
def test_a_copy_is_found_where_it_was_taken(section: int, y: int, x: int, k: int) -> None:
    window = SECTIONS[section][:, 4 * y : 4 * y + 128, 4 * x : 4 * x + 128]
    found = nearest(symmetry(window, k), TRAINING)
    assert found.distance < 1e-4
    if window.any():
        assert found == Match(found.distance, section, 4 * y, 4 * x, inverse(k))


def test_a_copy_between_blocks_is_nearer_than_new_tissue() -> None:
    copy = nearest(symmetry(SECTIONS[1][:, 50:178, 91:219], 6), TRAINING).distance
    other = Phantom(9)[Region(0, 0, 512, 512)].masks
    news = [
        nearest(other[:, y : y + 128, x : x + 128], TRAINING).distance
        for y in range(0, 512, 128)
        for x in range(0, 512, 128)
    ]
    assert copy < 0.25
    assert min(news) > 0.5


def test_the_distance_is_the_iu_of_whole_blocks() -> None:
    random = np.random.default_rng(0)
    section, patch = random.random((2, 9, 7)) < 0.4, random.random((2, 4, 4)) < 0.4
    found = nearest(patch, Training.of([section], side=4, factor=1))
    ius = [
        (symmetry(patch, k) & window).sum() / (symmetry(patch, k) | window).sum()
        for k in range(8)
        for y in range(6)
        for x in range(4)
        for window in [section[:, y : y + 4, x : x + 4]]
    ]
    assert found.distance == pytest.approx(1 - max(ius), abs=1e-5)


def test_an_empty_patch_is_like_an_empty_window_and_nothing_else() -> None:
    empty = np.zeros((2, 128, 128), bool)
    dots = np.zeros((2, 160, 160), bool)
    dots[:, ::32, ::32] = True
    assert nearest(empty, Training.of([dots], side=128)).distance == 1
    assert nearest(empty, Training.of([np.zeros((2, 128, 160), bool)], side=128)).distance == 0


def test_patches_and_sections_of_the_wrong_size_are_refused() -> None:
    with pytest.raises(ValueError, match="side of 128"):
        nearest(np.zeros((2, 64, 64), bool), TRAINING)
    with pytest.raises(ValueError, match="holds no patch"):
        Training.of([np.zeros((2, 64, 64), bool)], side=128)
    with pytest.raises(ValueError, match="whole blocks"):
        Training.of(SECTIONS, side=126)


def test_a_copying_source_is_told_from_one_that_does_not() -> None:
    held_out = np.random.default_rng(0).uniform(0.5, 0.7, 40).tolist()
    honest = copying(np.random.default_rng(1).uniform(0.5, 0.7, 40).tolist(), held_out)
    assert honest.p_value > 0.01
    assert honest.low <= honest.nearest_distance <= honest.high
    copier = copying([0.1, 0.2, 0.15, 0.55], held_out)
    assert copier.copied == 0.75
    assert copier.p_value < 0.01
    assert (copier.n, copier.n_floor) == (4, 40)
    assert copier.floor == pytest.approx(0.6, abs=0.05)


def test_sections_trained_on_are_caught_and_held_out_ones_are_not(vnc: Path) -> None:
    masks = [section.tissue.masks for section in load_labels(vnc)]
    training = Training.of(masks[:3])
    random = np.random.default_rng(0)

    def distances(sections: range, count: int) -> list[float]:
        places = random.integers(0, 1024 - 256, (count, 2))
        drawn = [masks[random.choice(sections)][:, y : y + 256, x : x + 256] for y, x in places]
        return [nearest(patch, training).distance for patch in drawn]

    held_out = distances(range(12, 20), 12)
    copies = copying(distances(range(3), 6), held_out)
    assert copies.copied == 1
    assert copies.p_value < 0.01
    assert copying(distances(range(12, 20), 12), held_out).p_value > 0.01
