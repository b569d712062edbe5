from __future__ import annotations

import numpy as np
import pytest

from tissuegan.evaluation.shape.images import Mask
from tissuegan.objects.keypoints import key_points
from tissuegan.objects.roundness import convex, corner_radii, roundness


def rounded_box(height: int, width: int, radius: float) -> Mask:
    """A rectangle whose corners are quarters of a circle."""
    y, x = np.mgrid[: height + 10, : width + 10]
    dy = np.abs(y - (height + 9) / 2) - (height / 2 - radius)
    dx = np.abs(x - (width + 9) / 2) - (width / 2 - radius)
    return np.asarray(np.hypot(np.maximum(dy, 0), np.maximum(dx, 0)) <= radius)


@pytest.mark.parametrize("radius", [8, 15, 30, 60])
def test_a_disc_is_round(radius: int) -> None:
    assert roundness(rounded_box(2 * radius, 2 * radius, radius)) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(("radius", "tolerance"), [(10, 0.08), (20, 0.08), (35, 0.08)])
def test_a_rounded_square_has_the_ratio_of_its_radii(radius: int, tolerance: float) -> None:
    found = roundness(rounded_box(100, 100, radius))
    assert found == pytest.approx(radius / 50, abs=tolerance)


def test_a_stadium_has_corners_as_round_as_its_inscribed_circle() -> None:
    assert roundness(rounded_box(40, 120, 20)) == pytest.approx(1, abs=0.08)


def test_around_one_circle_a_triangle_is_less_round_than_a_square_and_a_square_than_a_disc() -> (
    None
):
    y, x = np.mgrid[:80, :80]
    triangle = (x >= 10) & (y >= 10) & (x + y <= 80)
    square = rounded_box(41, 41, 0.5)
    assert roundness(triangle) < roundness(square) < 0.5


def test_holes_do_not_count() -> None:
    disc = rounded_box(60, 60, 30)
    holed = disc.copy()
    holed[30:36, 30:36] = False
    assert roundness(holed) == roundness(disc)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 2), (1, 30)])
def test_the_smallest_objects_have_a_roundness(shape: tuple[int, int]) -> None:
    assert 0 < roundness(np.ones(shape, bool)) <= 1


def test_roundness_does_not_depend_on_where_an_object_lies() -> None:
    square = rounded_box(60, 60, 0.5)
    assert roundness(np.pad(square, ((3, 0), (17, 5)))) == roundness(square)


def test_nothing_has_no_roundness() -> None:
    with pytest.raises(ValueError, match="no roundness"):
        roundness(np.zeros((3, 3), bool))


def test_key_points_of_a_square_are_its_corners() -> None:
    side = np.arange(10)
    square = np.concatenate([side, 10 + 1j * side, 10 + 10j - side, 10j - 1j * side])
    (keys,) = key_points([square])
    assert square[keys].tolist() == [0, 10, 10 + 10j, 10j]


def test_curves_searched_side_by_side_have_the_key_points_that_they_have_alone() -> None:
    angles = 2 * np.pi * np.arange(90) / 90
    curves = [
        (r + 4 * np.cos(n * angles)) * np.exp(1j * angles) for r, n in ((6, 5), (9, 3), (30, 5))
    ]
    together = key_points(curves)
    assert [keys.tolist() for keys in together] == [key_points([c])[0].tolist() for c in curves]
    assert all(len(keys) > 8 for keys in together)


def test_concave_points_are_dropped() -> None:
    ell = np.array([0, 4, 4 + 2j, 2 + 2j, 2 + 4j, 4j])
    assert convex(ell).tolist() == [0, 4, 4 + 2j, 2 + 4j, 4j]


def test_points_on_a_circle_are_one_corner_of_its_radius() -> None:
    circle = 3 * np.exp(2j * np.pi * np.arange(12) / 12)
    assert corner_radii(circle, 3.1) == pytest.approx([3])
    assert len(corner_radii(circle, 2.9)) == 0
