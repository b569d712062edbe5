from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import find_contours, regionprops_table

from tissuegan.objects.instances import Labels
from tissuegan.objects.outlines import polygons
from tissuegan.objects.shapes import hull_area, perimeters, shapes
from tissuegan.objects.tracing import trace


@st.composite
def scenes(draw: st.DrawFn) -> Labels:
    """Instances of all forms, with holes and with others in their holes, int32 (H, W)."""
    shape = draw(st.integers(1, 16)), draw(st.integers(1, 16))
    seed, density = draw(st.integers(0, 2**32)), draw(st.floats(0.2, 0.9))
    mask = np.random.default_rng(seed).random(shape) < density
    labels: Labels = ndimage.label(mask)[0].astype(np.int32)
    return labels


def around(labels: Labels, label: int) -> list[NDArray[np.float64]]:
    """An instance's contours by skimage, the outer one first, without the repeated point."""
    framed = np.pad(labels == label, 1).astype(float)
    found = find_contours(framed, 0.5, fully_connected="low")
    found.sort(key=lambda ring: np.ptp(ring, axis=0).prod(), reverse=True)
    return [ring[:-1] - 1 for ring in found]


@given(scenes())
def test_rings_are_those_of_marching_squares(labels: Labels) -> None:
    rings = trace(labels)
    assert rings.labels[rings.outer].tolist() == list(range(1, labels.max(initial=0) + 1))
    for label in range(1, labels.max(initial=0) + 1):
        mine = [rings[k] for k in np.flatnonzero(rings.labels == label).tolist()]
        theirs = around(labels, label)
        assert len(theirs[0]) == len(mine[0])
        assert {frozenset(map(tuple, r)) for r in mine} == {
            frozenset(map(tuple, r)) for r in theirs
        }
        assert all(np.array_equal(ring[0], last_of(ring, theirs)) for ring in mine)


def last_of(ring: NDArray[np.float64], theirs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Where skimage begins the same ring, or ends it: it runs the other way round the same line."""
    same = next(other for other in theirs if set(map(tuple, other)) == set(map(tuple, ring)))
    ends: NDArray[np.float64] = same[0] if np.array_equal(same[1], ring[1]) else same[-1]
    return ends


@given(scenes())
def test_steps_are_short_and_the_outside_runs_clockwise_its_holes_the_other_way(
    labels: Labels,
) -> None:
    rings = trace(labels)
    for k, label in enumerate(rings.labels):
        ring = rings[k]
        steps = np.roll(ring, -1, axis=0) - ring
        assert np.hypot(*steps.T).max() <= 1
        area = (ring[:, 1] * np.roll(ring[:, 0], -1) - ring[:, 0] * np.roll(ring[:, 1], -1)).sum()
        assert (area > 0) == (k in rings.outer)
        assert label > 0


def test_the_outline_of_a_pixel_is_a_diamond_and_what_is_inside_a_hole_is_another_instance() -> (
    None
):
    labels = np.zeros((5, 5), np.int32)
    labels[:, :] = 1
    labels[1:4, 1:4] = 0
    labels[2, 2] = 2
    rings = trace(labels)
    assert rings.labels.tolist() == [1, 1, 2]
    assert set(map(tuple, rings[2])) == {(1.5, 2), (2, 2.5), (2.5, 2), (2, 1.5)}


@given(scenes())
def test_perimeters_and_hulls_are_those_of_skimage(labels: Labels) -> None:
    found = regionprops_table(labels, properties=("perimeter_crofton", "area_convex"))
    np.testing.assert_allclose(perimeters(labels), found["perimeter_crofton"], rtol=1e-12)
    rings = trace(labels)
    assert [hull_area(rings[k]) for k in rings.outer] == found["area_convex"].tolist()


@settings(max_examples=30)
@given(scenes(), st.integers(0, 3), st.integers(0, 3))
def test_shapes_and_polygons_do_not_depend_on_where_an_instance_lies(
    labels: Labels, rows: int, columns: int
) -> None:
    moved = np.pad(labels, ((rows, 1), (columns, 2)))
    one, other = (shapes(each, trace(each)) for each in (labels, moved))
    for name in ("perimeter", "roundness", "solidity"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert list(polygons(trace(labels), (columns, rows))) == list(polygons(trace(moved)))


def test_polygons_are_closed_and_have_no_points_on_straight_lines() -> None:
    labels = np.zeros((4, 5), np.int32)
    labels[1:3, 1:4] = 1
    ((ring,),) = polygons(trace(labels))
    assert ring[0] == ring[-1]
    ends = [[0.5, 1], [0.5, 2], [3.5, 1], [3.5, 2], [1, 0.5], [3, 0.5], [1, 2.5], [3, 2.5]]
    assert sorted(ring[:-1]) == sorted(ends)
