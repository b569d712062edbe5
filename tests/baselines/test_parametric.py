from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.baselines import ParametricModel, cell_tissue, rejections
from tissuegan.classes import LabelClasses
from tissuegan.data import load_labels
from tissuegan.errors import UserError
from tissuegan.objects import single_cells

Mask = NDArray[np.bool_]


def cell_and_organelle(long: float, ratio: float, turn: float) -> tuple[Mask, Mask]:
    """Two ellipses of one shape about one centre, the cell ``ratio`` times the organelle."""
    y, x = np.mgrid[-110:111, -110:111]
    c, s = np.cos(turn), np.sin(turn)
    radius = np.hypot((y * c + x * s) / long, (x * c - y * s) / (0.6 * long))
    return radius <= ratio, radius <= 1


def training(count: int = 40) -> list[tuple[Mask, Mask]]:
    random = np.random.default_rng(0)
    return [
        cell_and_organelle(random.normal(30, 3), random.normal(2.5, 0.15), random.uniform(0, 3))
        for _ in range(count)
    ]


MODEL = ParametricModel.fit(training())


def test_cells_are_as_large_as_those_that_the_model_was_fitted_to() -> None:
    drawn = list(MODEL.cells(seed=3, count=40))
    organelles = np.array([cell.organelle.sum() for cell in drawn])
    ratios = np.array([cell.cell.sum() for cell in drawn]) / organelles
    assert np.median(organelles) == pytest.approx(np.pi * 0.6 * 30**2, rel=0.1)
    assert np.median(ratios) == pytest.approx(2.5**2, rel=0.1)
    assert MODEL.length_and_axis.mean[0] == pytest.approx(60, abs=2)
    assert MODEL.length_and_axis.covariance[0, 0] ** 0.5 == pytest.approx(6, rel=0.4)
    assert (MODEL.fitted, MODEL.skipped) == (40, 0)


def test_a_cell_holds_its_organelle_in_one_piece() -> None:
    for drawn in MODEL.cells(seed=1, count=30):
        assert not (drawn.organelle & ~drawn.cell).any()
        assert ndimage.label(drawn.cell, np.ones((3, 3)))[1] == 1
        assert drawn.organelle.any()
        assert drawn.cell[[0, -1]].any(axis=1).all()
        assert drawn.cell[:, [0, -1]].any(axis=0).all()


def test_a_cell_is_a_function_of_seed_and_number() -> None:
    again = list(MODEL.cells(seed=5, count=3))[2]
    assert np.array_equal(MODEL.draw(5, 2).cell, again.cell)
    assert np.array_equal(MODEL.draw(5, 2).organelle, again.organelle)
    assert not np.array_equal(MODEL.draw(6, 2).cell, again.cell)


def test_cells_are_turned_at_random() -> None:
    heights = [cell.cell.shape[0] / cell.cell.shape[1] for cell in MODEL.cells(2, 20)]
    assert min(heights) < 0.9
    assert max(heights) > 1.1


def test_what_was_drawn_in_vain_is_counted() -> None:
    drawn = list(MODEL.cells(seed=0, count=20))
    found = rejections(drawn)
    assert found.n == 20
    assert found.cells == 0
    assert 0 <= found.organelles < 0.5
    vain = sum(cell.vain_organelles for cell in drawn)
    assert found.organelles == vain / (vain + 20)


def test_cells_without_a_shape_are_skipped_and_too_few_are_refused() -> None:
    cells = training(12)
    empty = (cells[0][0], np.zeros_like(cells[0][1]))
    assert ParametricModel.fit([*cells, empty]).skipped == 1
    with pytest.raises(UserError, match="needs 10 cells .* finds 9"):
        ParametricModel.fit(cells[:9])


def test_a_model_whose_cells_never_hold_their_organelle_says_so() -> None:
    tight = ParametricModel.fit([(organelle, organelle) for _, organelle in training(12)])
    with pytest.raises(UserError, match="holds its organelle"):
        tight.draw(0)


def test_a_cell_is_found_again_in_its_tissue() -> None:
    drawn = MODEL.draw(0, 0)
    classes = LabelClasses(("synapse", "wall", "blob"))
    tissue = cell_tissue(drawn.cell, drawn.organelle, classes, "wall", "blob", 4.6)
    inside = ndimage.binary_fill_holes(tissue.masks[1]) & ~tissue.masks[1]
    assert inside[17:-17, 17:-17].tolist() == drawn.cell.tolist()
    assert tissue.masks[2][17:-17, 17:-17].tolist() == drawn.organelle.tolist()
    assert not tissue.masks[0].any()
    assert tissue.image is None


def test_cells_of_real_sections_have_plausible_sizes(vnc: Path) -> None:
    cells = [c for s in load_labels(vnc, sections=slice(0, 2)) for c in single_cells(s.tissue)]
    model = ParametricModel.fit(cells)
    drawn = list(model.cells(0, 12))
    real = np.median([organelle.sum() for _, organelle in cells])
    assert 0.4 * real < np.median([cell.organelle.sum() for cell in drawn]) < 2.5 * real
    assert rejections(drawn).cells < 0.99
