import numpy as np
import pytest

from tissuegan.evaluation.statistics import (
    area_fraction,
    closed_share,
    component_areas,
    equivalent_diameters,
)


def two_cells() -> np.ndarray:
    """A 20 x 41 field: walls around a closed 18 x 19 cell and an open one."""
    walls = np.zeros((20, 41), bool)
    walls[[0, -1]] = True
    walls[:, [0, 20, 40]] = True
    return walls


def test_the_area_fraction_is_the_share_of_set_pixels() -> None:
    assert area_fraction(np.array([[True, False], [False, False]])) == 0.25


def test_components_are_joined_by_edges_and_not_by_corners() -> None:
    mask = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]], bool)
    assert sorted(component_areas(mask)) == [1, 3]


def test_components_at_the_border_can_be_left_out() -> None:
    mask = np.zeros((5, 5), bool)
    mask[0, 0] = mask[2, 2] = True
    assert component_areas(mask, off_border=True).tolist() == [1]


def test_two_walled_cells_are_closed() -> None:
    assert closed_share(two_cells(), largest=0.5) == 1.0


def test_a_gap_in_the_wall_makes_one_component_that_is_too_large_to_be_closed() -> None:
    walls = two_cells()
    walls[10, 20] = False
    assert closed_share(walls, largest=0.5) == 0.0


def test_specks_do_not_count_as_cells() -> None:
    walls = np.ones((100, 100), bool)
    walls[10:20, 10:20] = False
    walls[50, 50] = False
    assert closed_share(walls) == pytest.approx(100 / 101)


def test_a_field_of_boundary_alone_has_no_closed_share() -> None:
    assert np.isnan(closed_share(np.ones((4, 4), bool)))


def test_the_equivalent_diameter_of_a_disc_is_its_diameter() -> None:
    y, x = np.mgrid[-60:61, -60:61]
    diameters = equivalent_diameters(x**2 + y**2 <= 50**2, pixel_size=4.6)
    assert diameters == pytest.approx([460.0], rel=0.005)


def test_small_objects_and_those_at_the_border_have_no_diameter() -> None:
    mask = np.zeros((50, 50), bool)
    mask[:20, :20] = mask[30:33, 30:33] = True
    assert equivalent_diameters(mask, 1.0).size == 0
