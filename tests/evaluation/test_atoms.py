from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tissuegan.data import Section
from tissuegan.data.phantom import Phantom
from tissuegan.evaluation.atoms import (
    cell_atoms,
    crop_atoms,
    labels_of,
    reduced,
    shares,
    tile_atoms,
)
from tissuegan.region import Region

PHANTOM = Phantom(0)
SECTION = Section("a", PHANTOM[Region(-40, 7, 96, 160)])


def test_a_coarse_pixel_is_set_where_half_of_its_pixels_are() -> None:
    mask = np.zeros((1, 2, 6), bool)
    mask[0, 0, 2:4], mask[0, :, 4:] = True, True
    mask[0, 0, 0] = True  # a quarter, a half and all of three blocks
    assert reduced(mask, 2).tolist() == [[[False, True, True]]]
    assert shares(mask, 2).tolist() == [[[0.25, 0.5, 1.0]]]


def test_shares_leave_out_what_is_no_whole_block() -> None:
    assert shares(np.ones((2, 7, 9), bool), 4).shape == (2, 1, 2)


def test_tiles_are_the_tissue_of_the_seeds_own_area() -> None:
    atoms = tile_atoms(PHANTOM, 5, seed=2, side=32, factor=2)
    assert atoms.shape == (5, 2, 16, 16)
    second_row = PHANTOM[Region(3 * 2**24 + 32, 32, 32, 32)].masks
    assert np.array_equal(atoms[4], reduced(second_row, 2))


def test_tiles_of_two_seeds_differ_and_of_one_do_not() -> None:
    first, again, other = (tile_atoms(PHANTOM, 3, seed, 32, 2) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_crops_are_windows_of_the_sections() -> None:
    atoms = crop_atoms([SECTION], 4, seed=1, side=95, factor=1)
    windows = {
        SECTION[Region(y, x, 95, 95)].masks.tobytes()
        for y in (-40, -39)
        for x in range(7, 7 + 160 - 94)
    }
    assert {atom.tobytes() for atom in atoms} <= windows
    assert len({atom.tobytes() for atom in atoms}) > 1


def test_sources_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="take crops"):
        tile_atoms(SECTION, 1)
    with pytest.raises(ValueError, match="no section holds"):
        crop_atoms([SECTION], 1, side=128)


def test_a_cell_lies_with_its_centroid_in_the_middle() -> None:
    cell = np.zeros((40, 60), bool)
    cell[4:35, 9:50] = True
    organelle = np.zeros_like(cell)
    organelle[16:23, 26:33] = True
    atoms = cell_atoms([(cell, organelle)], side=64, factor=1)
    assert atoms.shape == (1, 2, 64, 64)
    assert np.argwhere(atoms[0, 1]).mean(axis=0).tolist() == [32, 32]
    assert not atoms[0, 0, 32, 32]
    assert atoms[0, 0, 32 - 15, 32]
    assert cell_atoms([], 64, 4).shape == (0, 2, 16, 16)


def test_a_cell_larger_than_the_canvas_is_cut() -> None:
    cell = np.ones((90, 90), bool)
    assert cell_atoms([(cell, cell)], side=32, factor=1)[0, 1].all()


def test_cells_of_every_size_have_their_whole_outline_by_default() -> None:
    wide = np.zeros((620, 300), bool)
    wide[5:-5, 5:-5] = True
    atoms = cell_atoms([(wide, np.zeros_like(wide)), (wide[:200, :200], wide[:200, :200])])
    assert atoms.shape == (2, 2, 128, 128)
    assert atoms[0, 0].any(axis=1).sum() >= 75
    assert atoms[1].any(axis=(1, 2)).all()


def test_labels_are_asked_for_without_the_image_where_a_source_can() -> None:
    class LabelsOnly(Phantom):
        def masks(self, region: Region) -> np.ndarray:
            return np.ones((2, *region.shape), bool)

    assert labels_of(LabelsOnly(0))(Region(0, 0, 4, 4)).all()
    plain = replace(PHANTOM, seed=5)
    window = Region(3, 4, 20, 20)
    assert np.array_equal(labels_of(plain)(window), plain[window].masks)
