from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.classes import LabelClasses
from tissuegan.objects.kinds import kinds
from tissuegan.objects.parts import Components, Part, find_part, label, merged, parents
from tissuegan.region import Region

sides = st.integers(1, 12)


def cut(mask: NDArray[np.bool_], side: int) -> tuple[Components, NDArray[np.int32]]:
    """Components of a mask found in tiles, and its numbered pixels."""
    grid = -(-mask.shape[0] // side), -(-mask.shape[1] // side)
    places = [(i * side, j * side) for i in range(grid[0]) for j in range(grid[1])]
    tiles = [label(mask[y : y + side, x : x + side]) for y, x in places]
    parts: list[Part] = [
        find_part(tile, Region(y, x, *tile.shape))
        for (y, x), tile in zip(places, tiles, strict=True)
    ]
    found = merged(parts, grid, smallest=1)
    numbered = np.zeros(mask.shape, np.int32)
    for (y, x), tile, numbers in zip(places, tiles, found.numbers, strict=True):
        numbered[y : y + side, x : x + side] = numbers[tile]
    return found, numbered


@given(sides, sides, sides, st.integers(0, 2**32), st.floats(0.3, 0.7))
def test_numbers_do_not_depend_on_how_the_plane_is_cut(
    height: int, width: int, side: int, seed: int, density: float
) -> None:
    mask = np.random.default_rng(seed).random((2 * height, 2 * width)) < density
    whole, _ = ndimage.label(mask)
    found, numbered = cut(mask, side)
    assert np.array_equal(numbered, whole)  # SciPy numbers in reading order, too
    assert len(found.table) == whole.max()
    boxes = [(b[0].start, b[1].start, b[0].stop, b[1].stop) for b in ndimage.find_objects(whole)]
    assert found.table[["y0", "x0", "y1", "x1"]].to_numpy().tolist() == [list(b) for b in boxes]
    assert found.table["area"].tolist() == np.bincount(whole.ravel())[1:].tolist()
    centres = ndimage.center_of_mass(mask, whole, range(1, whole.max() + 1))
    rows = (found.table["sum_y"] / found.table["area"]).to_list()
    assert rows == pytest.approx([centre[0] for centre in centres])


def test_a_spiral_over_many_parts_is_one_instance() -> None:
    mask = np.zeros((41, 41), bool)
    for k in range(0, 20, 4):
        mask[k, k : 41 - k] = mask[k : 41 - k, 40 - k] = mask[40 - k, k : 41 - k] = True
        mask[k + 4 : 41 - k, k] = mask[k + 4, k : k + 5] = True
    mask[20, 20] = False
    assert len(cut(mask, 5)[0].table) == 1


def test_specks_have_no_number() -> None:
    mask = np.zeros((20, 40), bool)
    mask[:2, :3] = mask[5:15, 5:35] = True
    tile = label(mask)
    found = merged([find_part(tile, Region(0, 0, 20, 40))], (1, 1))
    assert found.numbers[0].tolist() == [0, 0, 1]


def test_a_plane_without_instances_has_an_empty_table() -> None:
    found, numbered = cut(np.zeros((8, 9), bool), 4)
    assert len(found.table) == 0
    assert not numbered.any()


def test_the_parent_is_the_cell_with_most_pixels_and_the_first_of_two_that_have_as_many() -> None:
    shared = np.array([[1, 5, 2], [1, 4, 3], [1, 5, 2], [2, 9, 1], [2, 7, 1]])
    assert parents(shared).to_dict() == {1: 5, 2: 7}
    assert parents(np.empty((0, 3), np.int64)).to_dict() == {}


def test_stored_instances_have_the_plural_of_their_class() -> None:
    found = kinds(LabelClasses(("membrane", "mitochondrion", "vesicle")))
    assert [(kind.name, kind.layer, kind.index) for kind in found] == [
        ("cell", "cells", 0),
        ("mitochondrion", "mitochondria", 1),
        ("vesicle", "vesicles", 2),
    ]


def test_no_two_layers_have_one_name() -> None:
    found = kinds(LabelClasses(("cells", "mitochondria", "mitochondrion")))
    names = [kind.layer for kind in found]
    assert len({*names, "cells", "mitochondria", "mitochondrion"}) == 6
