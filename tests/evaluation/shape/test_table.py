"""The table of the features, what is measured, and z-scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tissuegan.evaluation.shape import FEATURES, ZScore, shape_features, shape_table
from tissuegan.evaluation.shape.images import Mask
from tissuegan.evaluation.shape.outline import outline, pictures

Cell = tuple[Mask, Mask]


def a_cell(side: int = 90, turn: float = 0.3) -> Cell:
    """A wobbly cell with two organelles."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    angle = np.arctan2(y, x)
    cell = np.hypot(y, x) < 28 + 5 * np.cos(2 * angle + turn) + 2 * np.sin(3 * angle)
    organelle = np.hypot(y + 5, (x - 7) / 1.5) < 6
    organelle |= np.hypot(y - 12, x + 3) < 4
    return cell, organelle & cell


def test_the_table_has_a_row_a_cell_and_89_named_columns() -> None:
    table = shape_table([a_cell(), a_cell(turn=1)])
    assert table.shape == (2, 89)
    assert table.columns[0] == "SLF7.80:obj_skel_len"
    assert table.columns[-1] == "SLF1.13:edges:direction_difference"
    assert len(set(table.columns)) == 89
    assert np.isfinite(table.to_numpy()).all()


def test_cells_without_an_organelle_leave_a_gap_in_the_index() -> None:
    cell, organelle = a_cell()
    table = shape_table([(cell, organelle), (cell, organelle & False), (cell, organelle)])
    assert table.index.tolist() == [0, 2]
    assert table.index.name == "cell"


def test_a_cell_too_thin_for_the_pen_is_left_out_of_v2_only() -> None:
    thin = np.zeros((20, 60), bool)
    thin[8:14, 5:55] = True
    assert shape_table([(thin, thin)]).empty
    assert len(shape_table([(thin, thin)], "V1")) == 1


def test_no_cells_make_an_empty_table_with_all_columns() -> None:
    assert shape_table([]).shape == (0, 89)


def test_in_v2_the_reference_lies_in_the_objects() -> None:
    row = shape_table([a_cell()]).iloc[0]
    assert row["SLF2.21:DNA/image:area_ratio"] == row["SLF2.22:DNA/image:overlap"]


def test_in_v1_the_objects_are_the_organelles() -> None:
    cell, organelle = a_cell()
    row = shape_table([(cell, organelle)], "V1").iloc[0]
    assert row["SLF1.1:object:number"] == 2
    assert row["SLF2.21:DNA/image:area_ratio"] == pytest.approx(cell.sum() / organelle.sum())


@pytest.mark.parametrize("variant", ["V1", "V2"])
def test_features_do_not_depend_on_where_the_cell_lies(variant: str) -> None:
    cells = [a_cell()] + [
        (np.pad(c, ((up, 3), (left, 0))), np.pad(o, ((up, 3), (left, 0))))
        for up, left in ((1, 2), (7, 0), (3, 14))
        for c, o in [a_cell()]
    ]
    table = shape_table(cells, variant)  # type: ignore[arg-type]
    for row in range(1, len(table)):
        assert table.iloc[row].to_numpy() == pytest.approx(table.iloc[0].to_numpy(), rel=1e-9)


def test_most_features_do_not_change_with_a_quarter_turn() -> None:
    """Skeletons take pixels away in an order, and angles are binned between their extremes."""
    cell, organelle = a_cell()
    turned = [(np.rot90(cell, k), np.rot90(organelle, k)) for k in range(4)]
    table = shape_table(turned).drop(columns=[*FEATURES[:5], *FEATURES[84:85], *FEATURES[86:]])
    for k in range(1, 4):
        assert table.iloc[k].to_numpy() == pytest.approx(table.iloc[0].to_numpy(), rel=1e-6)


def test_the_outline_is_nine_pixels_wide_along_a_straight_side() -> None:
    cell = np.zeros((80, 80), bool)
    cell[10:70, 10:70] = True
    assert np.flatnonzero(outline(cell)[40]).tolist() == [*range(7, 16), *range(64, 73)]


def test_the_outline_follows_the_larger_part_of_a_cell_with_a_neck() -> None:
    cell = np.zeros((60, 100), bool)
    cell[10:50, 10:50] = cell[20:40, 70:90] = True
    cell[28:32, 50:70] = True
    drawn = outline(cell)
    assert drawn[:, :60].any()
    assert not drawn[:, 60:].any()


def test_the_cell_is_in_the_middle_of_its_canvas() -> None:
    cell = np.zeros((50, 70), bool)
    cell[3:34, 8:31] = True
    pair = pictures(cell, cell, "V1")
    assert pair is not None
    centre = np.array(np.nonzero(pair[1])).mean(axis=1)
    assert centre.tolist() == [side // 2 for side in pair[1].shape]
    assert [side % 10 for side in pair[1].shape] == [5, 5]


def test_masks_of_two_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="no organelle mask"):
        shape_table([(np.ones((3, 3), bool), np.ones((3, 4), bool))])


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="V1 and V2"):
        shape_table([a_cell()], "V3")  # type: ignore[arg-type]


def test_empty_images_are_refused() -> None:
    something = np.ones((3, 3), bool)
    with pytest.raises(ValueError, match="above 0"):
        shape_features(~something, something)
    with pytest.raises(ValueError, match="reference"):
        shape_features(something, ~something)


def rows(values: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=["a", "b"])


def test_z_scores_have_mean_0_and_deviation_1_over_the_real_cells() -> None:
    real = rows([[1, 5], [2, 7], [6, 0]])
    scores = ZScore.of(real)(real)
    assert scores.mean().tolist() == pytest.approx([0, 0])
    assert scores.std().tolist() == pytest.approx([1, 1])


def test_rounding_noise_does_not_become_a_score() -> None:
    noisy = ZScore.of(rows([[1, 1 / np.pi], [2, 1 / np.pi + 1e-12]]))
    assert noisy.constant == ("b",)
    assert noisy(rows([[1, 5]]))["b"].tolist() == [0]


def test_values_that_are_not_finite_have_no_score() -> None:
    with pytest.raises(ValueError, match="not finite"):
        ZScore.of(rows([[1, np.nan], [2, 3]]))


def test_other_features_have_no_score() -> None:
    spread = ZScore.of(rows([[1, 2], [2, 3]]))
    with pytest.raises(ValueError, match="features"):
        spread(pd.DataFrame({"a": [1.0]}))


def test_one_cell_has_no_spread() -> None:
    with pytest.raises(ValueError, match="two cells"):
        ZScore.of(rows([[1, 2]]))
