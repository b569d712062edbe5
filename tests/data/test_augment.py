from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tissuegan.data.augment import SYMMETRIES, inverse, symmetry

SQUARE = np.arange(25).reshape(5, 5)
ALL = range(SYMMETRIES)


def which(array: np.ndarray) -> int:
    return next(k for k in ALL if np.array_equal(symmetry(SQUARE, k), array))


def test_the_symmetries_are_eight_different_ones() -> None:
    assert len({symmetry(SQUARE, k).tobytes() for k in ALL}) == 8


def test_the_symmetries_form_a_group() -> None:
    table = np.array([[which(symmetry(symmetry(SQUARE, a), b)) for b in ALL] for a in ALL])
    assert np.array_equal(table[0], ALL)
    assert np.array_equal(table[:, 0], ALL)
    assert all(sorted(row) == list(ALL) for row in (*table, *table.T))
    for a, b, c in product(ALL, repeat=3):
        assert table[table[a, b], c] == table[a, table[b, c]]


@pytest.mark.parametrize("k", ALL)
def test_the_inverse_undoes_a_symmetry_exactly(k: int) -> None:
    array = np.random.default_rng(k).random((3, 4, 7)).astype(np.float32)
    assert np.array_equal(symmetry(symmetry(array, k), inverse(k)), array)


@pytest.mark.parametrize("k", ALL)
def test_a_symmetry_turns_the_last_two_axes_of_every_channel_alike(k: int) -> None:
    array = np.random.default_rng(k).random((2, 3, 6, 6))
    turned = symmetry(array, k)
    assert all(
        np.array_equal(turned[i, j], symmetry(array[i, j], k)) for i in range(2) for j in range(3)
    )


@pytest.mark.parametrize("k", [-1, 8])
def test_there_is_no_ninth_symmetry(k: int) -> None:
    with pytest.raises(ValueError, match="0 to 7"):
        symmetry(SQUARE, k)
    with pytest.raises(ValueError, match="0 to 7"):
        inverse(k)
