from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tissuegan.baselines.parametric.axes import box_of, largest, major_angle, turned, upright
from tissuegan.baselines.parametric.medial import PARAMETERS, shape_of, shape_parameters
from tissuegan.baselines.parametric.normal import Normal
from tissuegan.baselines.parametric.ratio import COMPONENTS, RatioModel, degrees, radius_ratios
from tissuegan.baselines.parametric.rays import centre_of, directions, ray_lengths

Mask = NDArray[np.bool_]


def ellipse(long: float, short: float, angle: float, side: int = 161) -> Mask:
    """An ellipse in the middle of a square, its long axis at an angle from the rows, in degrees."""
    y, x = np.mgrid[:side, :side] - side // 2
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    inside: Mask = ((y * c + x * s) / long) ** 2 + ((x * c - y * s) / short) ** 2 <= 1
    return inside


def iu(a: Mask, b: Mask) -> float:
    """Of two masks laid with their centroids on each other."""
    framed = [np.pad(mask, 200) for mask in (a, b)]
    cut = []
    for mask in framed:
        y, x = np.rint(np.argwhere(mask).mean(axis=0)).astype(int)
        cut.append(mask[y - 150 : y + 150, x - 150 : x + 150])
    return float((cut[0] & cut[1]).sum() / (cut[0] | cut[1]).sum())


@given(st.floats(-89, 89))
@settings(max_examples=15)
def test_the_major_angle_of_an_ellipse_is_its_own(angle: float) -> None:
    found = np.rad2deg(major_angle(ellipse(60, 25, angle)))
    assert (found - angle + 90) % 180 - 90 == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("angle", [0, 90])
def test_the_angle_is_right_where_the_axes_are_those_of_the_array(angle: int) -> None:
    assert np.rad2deg(major_angle(ellipse(50, 20, angle))) == pytest.approx(angle, abs=0.2)


def test_the_angle_points_to_the_longer_tail() -> None:
    drop = np.zeros((100, 60), bool)
    drop[10:40, 10:50] = True
    drop[40:95, 28:32] = True
    assert major_angle(drop) == pytest.approx(0, abs=0.05)
    assert major_angle(drop[::-1]) == pytest.approx(np.pi, abs=0.05)


def test_turning_by_a_quarter_is_exact() -> None:
    mask = np.zeros((9, 9), bool)
    mask[1, 4], mask[2:6, 4] = True, True
    quarter = turned(mask, np.pi / 2, (4, 4), 4)
    assert np.argwhere(quarter)[:, 0].tolist() == [4] * 5
    assert np.array_equal(turned(mask, 0, (4, 4), 4), mask)


def test_an_ellipse_turned_upright_is_as_high_as_its_long_axis() -> None:
    for angle in (0, 33, -71):
        mask = ellipse(60, 25, angle)
        shape = upright(mask, major_angle(mask))
        assert shape.shape[0] == pytest.approx(121, abs=2)
        assert shape.shape[1] == pytest.approx(51, abs=2)


def test_the_largest_component_and_its_box() -> None:
    mask = np.zeros((8, 9), bool)
    mask[1, 1] = mask[3, 4] = mask[4, 5] = True
    assert box_of(largest(mask)).tolist() == [[True, False], [False, True]]
    assert not box_of(np.zeros((3, 3), bool)).any()


def test_the_parameters_of_an_ellipse_are_its_length_a_straight_axis_and_its_widths() -> None:
    found = shape_parameters(ellipse(60, 25, 40))
    assert found is not None
    assert found.shape == (PARAMETERS,)
    assert found[0] == pytest.approx(121, abs=2)
    assert np.abs(found[1:6] - found[1:6].mean()).max() < 2.5
    assert found[7:10] == pytest.approx(50, abs=5)
    assert found[6:8] == pytest.approx(found[10:8:-1], abs=3)


@given(st.integers(20, 70), st.floats(0.4, 1), st.floats(-90, 90))
@settings(max_examples=15)
def test_an_ellipse_comes_back_from_its_parameters(long: int, ratio: float, angle: float) -> None:
    mask = ellipse(long, max(8.0, ratio * long), angle)
    found = shape_parameters(mask)
    assert found is not None
    shape = shape_of(found)
    assert shape is not None
    assert iu(upright(mask, major_angle(mask)), shape) > 0.85


def test_a_bent_shape_comes_back_bent_to_the_same_side() -> None:
    y, x = np.mgrid[:121, :121]
    bent = (np.abs(x - 40 - ((y - 60) / 12.0) ** 2) < 12) & (np.abs(y - 60) < 50)
    found, mirrored = shape_parameters(bent), shape_parameters(bent[:, ::-1])
    assert found is not None
    assert mirrored is not None
    assert found == pytest.approx(mirrored, abs=2.5)
    assert found[3] - found[[1, 5]].mean() > 8


def test_numbers_that_make_no_shape_give_none() -> None:
    axis, width = [0.0] * 5, [10.0] * 5
    assert shape_of(np.array([2, *axis, *width])) is None
    assert shape_of(np.array([30, *axis, *width[:4], -5])) is None
    assert shape_of(np.array([6, 0, 300, 0, 300, 0, *width])) is None
    assert shape_parameters(np.ones((3, 3), bool)) is None


def test_a_shape_has_the_width_that_it_is_given_and_caps() -> None:
    shape = shape_of(np.array([30, *[0.0] * 5, *[10.0] * 5]))
    assert shape is not None
    assert shape.sum(axis=1).max() == 10
    assert len(shape) == 34
    assert (np.diff(shape.sum(axis=1)[:4]) >= 0).all()


def test_rays_in_an_ellipse_are_its_radii() -> None:
    mask = ellipse(60, 25, 0)
    rays = ray_lengths(mask, centre_of(mask))
    angles = np.deg2rad(np.arange(360))
    radii = 1 / np.hypot(np.cos(angles) / 60, np.sin(angles) / 25)
    assert np.abs(rays - radii).max() < 1.2
    assert centre_of(mask) == (80, 80)


def test_rays_stop_at_the_first_edge_and_begin_inside() -> None:
    mask = np.zeros((5, 30), bool)
    mask[:, :10] = mask[:, 15:] = True
    assert ray_lengths(mask, (2, 3))[90] == pytest.approx(6.5)
    assert ray_lengths(mask, (2, 12)).max() == 0
    assert ray_lengths(np.ones((7, 9), bool), (3, 4))[[0, 90]] == pytest.approx([3.5, 4.5])
    assert directions()[90] == pytest.approx([0, 1])


def test_ratios_are_counted_from_the_major_angle() -> None:
    organelle, cell = ellipse(30, 15, 25), ellipse(60, 45, 25)
    found = radius_ratios(cell, organelle)
    assert found is not None
    assert found[[0, 180]] == pytest.approx(2, abs=0.08)
    assert found[[90, 270]] == pytest.approx(3, abs=0.15)
    assert degrees(-np.pi / 2) == 270


def test_an_organelle_that_does_not_hold_its_centre_has_no_ratios() -> None:
    ring = ellipse(40, 40, 0) & ~ellipse(30, 30, 0)
    assert radius_ratios(ellipse(60, 60, 0), ring) is None


def test_principal_components_give_the_ratios_and_their_spread_back() -> None:
    random = np.random.default_rng(0)
    angles = np.deg2rad(np.arange(360))
    ratios = 3 + np.outer(random.normal(0, 0.4, 400), np.cos(2 * angles))
    model = RatioModel.fit(ratios)
    drawn = model.draw(np.random.default_rng(1), 400)
    assert model.components.shape == (COMPONENTS, 360)
    assert drawn.mean(axis=0) == pytest.approx(3, abs=0.12)
    assert drawn[:, 0].std() == pytest.approx(0.4, rel=0.15)
    assert drawn[:, 45].std() < 0.01


def test_a_normal_distribution_is_fitted_by_maximum_likelihood() -> None:
    rows = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 4.0]])
    found = Normal.fit(rows)
    assert found.mean.tolist() == [1, 2]
    assert found.covariance.tolist() == [[1, 0], [0, 4]]


def test_a_singular_covariance_gets_a_hundredth_of_its_diagonal() -> None:
    found = Normal.fit(np.array([[0.0, 0.0], [2.0, 4.0]]))
    assert found.covariance == pytest.approx(np.array([[1.01, 2], [2, 4.04]]))
