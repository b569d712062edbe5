"""What comes out on the real sections, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import ndimage

from tissuegan.baselines import ParametricModel
from tissuegan.data import load_labels
from tissuegan.data.section import Section
from tissuegan.evaluation.realism import fooled
from tissuegan.evaluation.shape import ZScore, shape_table
from tissuegan.objects import Objects, Rule, find_objects, object_table, single_cells
from tissuegan.objects.instances import CELL

MITOCHONDRION = "mitochondrion"
ANY = Rule(1, off_border=False)


@pytest.fixture(scope="module")
def sections(vnc: Path) -> tuple[Section, ...]:
    return load_labels(vnc)


def diameters(sections: tuple[Section, ...], kind: str, rule: Rule) -> np.ndarray:
    """Equivalent diameters in micrometres of all objects of a kind."""
    found = []
    for section in sections:
        objects = find_objects(section.tissue, None, rule, rule)
        areas = np.bincount(objects.labels[kind].ravel())[1:]
        found.append(np.sqrt(4 * areas / np.pi) * 4.6e-3)
    return np.concatenate(found)


@pytest.mark.parametrize(
    ("part", "kind", "rule", "mean", "n"),
    [
        (slice(10), CELL, ANY, 0.233, 2484),
        (slice(10, 20), CELL, ANY, 0.239, 2349),
        (slice(10), CELL, Rule(500, off_border=False), 0.288, 1805),
        (slice(10, 20), CELL, Rule(500, off_border=False), 0.301, 1661),
        (slice(10, 20), MITOCHONDRION, ANY, 0.261, 199),
        (slice(10), MITOCHONDRION, Rule(1), 0.265, 162),
        (slice(10, 20), MITOCHONDRION, Rule(1), 0.270, 171),
    ],
)
def test_sizes_and_counts_are_those_measured_independently(
    sections: tuple[Section, ...], part: slice, kind: str, rule: Rule, mean: float, n: int
) -> None:
    found = diameters(sections[part], kind, rule)
    assert len(found) == n
    assert found.mean() == pytest.approx(mean, abs=0.0006)


def eight_connected(section: Section) -> np.ndarray:
    """Mitochondria as the independent measurement joined them: by corners too."""
    mask = section.tissue.masks[section.classes.index(MITOCHONDRION)]
    joined: np.ndarray = ndimage.label(mask, np.ones((3, 3)))[0].astype(np.int32)
    return joined


def test_circularity_and_roundness_are_those_measured_independently(
    sections: tuple[Section, ...],
) -> None:
    tables = []
    for section in sections[:10]:
        found = eight_connected(section)
        labels = {CELL: np.zeros_like(found), MITOCHONDRION: found}
        tables.append(object_table(Objects(section.tissue, labels)))
    table = pd.concat(tables)
    circularity = 4 * np.pi * table["area_um2"] / table["perimeter_um"] ** 2
    assert len(table) == 190
    assert table["diameter_um"].mean() == pytest.approx(0.259, abs=0.0006)
    assert table["solidity"].mean() == pytest.approx(0.970, abs=0.006)
    assert circularity.mean() == pytest.approx(0.869, abs=0.01)
    assert table["roundness"].mean() == pytest.approx(0.683, abs=0.01)


def test_realism_orders_neighbours_above_held_out_sections_above_the_parametric_baseline(
    sections: tuple[Section, ...],
) -> None:
    shapes = [shape_table(single_cells(section.tissue)) for section in sections]
    cells = (cell for section in sections[:10] for cell in single_cells(section.tissue))
    model = ParametricModel.fit(cells)
    drawn = shape_table((each.cell, each.organelle) for each in model.cells(0, 120))
    every_second = taken_for_real(pd.concat(shapes[::2]), pd.concat(shapes[1::2]))
    held_out = taken_for_real(pd.concat(shapes[:10]), pd.concat(shapes[10:]))
    parametric = taken_for_real(pd.concat(shapes[:10]), drawn)
    assert every_second > held_out + 0.2
    assert held_out > parametric + 0.05


def taken_for_real(real: pd.DataFrame, others: pd.DataFrame) -> float:
    """The mean share of cells that a linear classifier takes for those of the real sections."""
    scores = ZScore.of(real)
    rows = scores(real).to_numpy()[:100], scores(others).to_numpy()
    return float(fooled(*rows, np.random.default_rng(0)).mean())
