"""Small arrays counted by hand, theory, and independent programs, a family at a time."""

from __future__ import annotations

import mahotas
import numpy as np
import pytest
from skimage.feature import canny
from skimage.measure import euler_number as euler_by_skimage
from skimage.morphology import convex_hull_image, disk
from skimage.morphology import dilation as dilation_by_skimage

from tissuegan.evaluation.shape import haralick, thinning, zernike
from tissuegan.evaluation.shape.bits import dilated, eroded, packed, unpacked
from tissuegan.evaluation.shape.edges import canny_edges, directions, edge_features, homogeneity
from tissuegan.evaluation.shape.hull import eccentricity, hull_features, hull_mask, rim_of
from tissuegan.evaluation.shape.images import Mask, ObjectImage
from tissuegan.evaluation.shape.morphology import morphology_features
from tissuegan.evaluation.shape.quads import euler_number, smooth_area
from tissuegan.evaluation.shape.reference import reference_features
from tissuegan.evaluation.shape.skeleton import branch_points, skeleton_features
from tissuegan.evaluation.shape.thinning import thinned


def drawn(picture: str) -> Mask:
    """A mask from rows of '#' and '.'."""
    return np.array([[sign == "#" for sign in row] for row in picture.split()])


def blobs(seed: int, shape: tuple[int, int] = (60, 70)) -> Mask:
    noise = np.random.default_rng(seed).normal(size=shape)
    return np.asarray(mahotas.gaussian_filter(noise, 3) > 0.05)


def disc(radius: float, side: int) -> Mask:
    y, x = np.ogrid[:side, :side]
    return np.asarray((y - side // 2) ** 2 + (x - side // 2) ** 2 <= radius**2)


TWO = drawn("""##....  ##....  ......  ....##""")


def test_the_morphology_of_two_objects_is_as_counted() -> None:
    number, euler, mean, variance, ratio, *distances = morphology_features(ObjectImage.of(TWO))
    assert (number, euler, mean, variance, ratio) == (2, 2, 3, 2, 2)
    away = np.hypot(2.5, 4) * np.array([1 / 3, 2 / 3])
    assert distances == pytest.approx([away.mean(), away.var(ddof=1), 2])


def test_pixels_that_touch_at_a_corner_are_one_object() -> None:
    assert morphology_features(ObjectImage.of(np.eye(3))).tolist() == [1, 1, 3, 0, 1, 0, 0, 0]


def test_a_hole_is_taken_off_the_euler_number() -> None:
    ring = drawn("###  #.#  ###")
    assert morphology_features(ObjectImage.of(ring))[:2].tolist() == [1, 0]


@pytest.mark.parametrize("seed", range(5))
def test_euler_numbers_are_those_of_scikit_image(seed: int) -> None:
    noise = np.random.default_rng(seed).random((20, 30)) < 0.5
    assert euler_number(noise) == euler_by_skimage(noise, connectivity=2)


def test_smooth_areas_follow_the_published_weights() -> None:
    assert smooth_area(drawn("#")) == 1
    assert smooth_area(drawn("##  ##")) == 4
    assert smooth_area(drawn("#.  .#")) == 2.25


def test_the_reference_features_of_two_objects_are_as_counted() -> None:
    reference = drawn("......  ......  ......  ...###")
    found = reference_features(ObjectImage.of(TWO), reference)
    away = np.array([np.hypot(2.5, 3.5), 0.5])
    apart = np.hypot(3 - 4 / 3, 4 - 11 / 6)
    expected = [away.mean(), away.var(ddof=1), away[0] / 0.5, apart, 3 / 6, 2 / 6]
    assert found == pytest.approx(expected)


def test_one_object_has_no_variance_and_a_ratio_of_one() -> None:
    found = reference_features(ObjectImage.of(drawn("##.")), drawn("..#"))
    assert found.tolist() == [1.5, 0, 1, 1.5, 0.5, 0]


def test_a_line_is_its_own_skeleton() -> None:
    line = drawn("......  .####.  ......")
    assert (thinned(line) == line).all()
    assert skeleton_features(ObjectImage.of(line)).tolist() == [4, 1, 1, 1, 0]


def test_a_single_pixel_is_its_own_skeleton() -> None:
    assert skeleton_features(ObjectImage.of(drawn("...  .#.  ..."))).tolist() == [1, 1, 1, 1, 0]


def test_a_branch_point_has_three_of_its_four_neighbours() -> None:
    tee = drawn("###  .#.  .#.")
    assert np.argwhere(branch_points(tee)).tolist() == [[0, 1]]


def test_thinning_keeps_the_number_of_objects_and_holes() -> None:
    mask = blobs(3)
    skeleton = thinned(mask)
    assert not (skeleton & ~mask).any()
    assert euler_number(skeleton) == euler_number(mask)
    assert skeleton.sum() == pytest.approx(mahotas.thin(mask).sum(), rel=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_looking_at_changing_rows_alone_thins_like_looking_at_everything(seed: int) -> None:
    mask = np.pad(blobs(seed, (90, 40)), 2) | disc(17, 94)[:, 25:69]
    framed = np.pad(mask, 1)
    bits = packed(framed)
    while taken := thinning._taken(bits, framed.shape[1]):
        bits ^= taken
    assert (thinned(mask) == unpacked(bits, framed.shape)[1:-1, 1:-1]).all()


@pytest.mark.parametrize("seed", range(3))
def test_objects_are_thinned_as_if_each_were_alone(seed: int) -> None:
    objects = ObjectImage.of(blobs(seed))
    alone = [thinned(objects.labels == k + 1) for k in range(objects.count)]
    assert (np.any(alone, axis=0) == thinned(objects.mask)).all()


def test_the_hull_of_a_rectangle_is_the_rectangle() -> None:
    mask = np.zeros((8, 12), bool)
    mask[2:6, 3:11] = True
    overlap, factor, eccentric = hull_features(ObjectImage.of(mask))
    assert overlap == 1
    assert factor == pytest.approx(smooth_area(rim_of(mask)) ** 2 / (4 * np.pi * 32))
    assert eccentric == pytest.approx(np.sqrt(63 - 15) / np.sqrt(63))


@pytest.mark.parametrize("seed", range(4))
def test_the_hull_is_that_of_scikit_image(seed: int) -> None:
    mask = np.zeros((40, 50), bool)
    mask[5:35, 5:45] = np.random.default_rng(seed).random((30, 40)) < 0.02
    assert (hull_mask(mask) == convex_hull_image(mask, offset_coordinates=False)).all()


def test_a_point_has_no_eccentricity() -> None:
    assert eccentricity(drawn("#")) == 0


def test_the_zernike_moments_of_a_disc_are_the_integrals() -> None:
    """A disc of radius a has Z_n0 = 2 (n + 1) / (pi a^2) int_0^a R_n0(r) r dr, others 0."""
    share, radius = 0.6, 150
    found = zernike.zernike_features(ObjectImage.of(disc(share * radius, 200)), radius)
    for value, (n, m) in zip(found, zernike.ORDERS, strict=True):
        terms = zernike.radial_coefficients(n, 0) if m == 0 else {}
        integral = sum(c * share ** (k + 2) / (k + 2) for k, c in terms.items())
        exact = abs(2 * (n + 1) / (np.pi * share**2) * integral)
        assert value == pytest.approx(exact, abs=0.01), (n, m)


def test_zernike_moments_are_those_of_mahotas_inside_the_circle() -> None:
    grey = blobs(1) * np.random.default_rng(1).random((60, 70))
    theirs = mahotas.features.zernike_moments(grey, 150, degree=12)
    assert zernike.zernike_features(ObjectImage.of(grey)) == pytest.approx(theirs, abs=1e-9)


def test_pixels_outside_the_circle_count_in_the_sum_of_the_weights_only() -> None:
    line = np.zeros((3, 401))
    line[1, [0, 200, 400]] = 1
    found = zernike.zernike_features(ObjectImage.of(line), 150)
    assert found[0] == pytest.approx(1 / np.pi / 3)


def test_the_texture_of_a_table_is_that_of_mahotas() -> None:
    levels = haralick.ranked(np.random.default_rng(2).integers(0, 9, (14, 17)))
    tables = [haralick.cooccurrence(*haralick.pairs(levels, *d)) for d in haralick.DIRECTIONS]
    found = np.mean([haralick.of_cooccurrence(*table) for table in tables], axis=0)
    theirs = mahotas.features.haralick(
        levels,
        ignore_zeros=True,
        preserve_haralick_bug=True,
        use_x_minus_y_variance=True,
        return_mean=True,
    )
    assert found == pytest.approx(theirs, rel=1e-9)


def test_the_texture_of_two_by_two_levels_is_as_counted() -> None:
    found = haralick.of_cooccurrence(np.arange(2), np.arange(2), np.array([0.5, 0.5]))
    expected = [0.5, 0, 1, 0.25, 1, 1, 1, 1, 1, 0, 0, -1, np.sqrt(1 - np.exp(-2))]
    assert found == pytest.approx(expected)


def test_a_single_level_has_no_entropy() -> None:
    found = haralick.of_cooccurrence(np.array([1]), np.array([1]), np.array([1.0]))
    assert found.tolist() == [1, 0, 1, 0, 1, 2, 4, 0, 0, 0, 0, 0, 0]


def test_a_picture_too_small_for_pairs_has_no_texture() -> None:
    assert not haralick.haralick_features(np.ones((4, 4))).any()


def test_ranks_count_zero_as_a_level() -> None:
    assert haralick.ranked(np.array([[5, 9, 5]])).tolist() == [[1, 2, 1]]


def test_shrinking_weighs_pixels_by_a_triangle() -> None:
    point = np.zeros((15, 15))
    point[7, 7] = 25
    weights = haralick.shrunk(point)
    assert weights == pytest.approx(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))
    point[7, 8] = 25
    assert haralick.shrunk(point)[1] == pytest.approx([0, 1.8, 0.2])


def test_shrinking_keeps_a_constant_up_to_the_border() -> None:
    assert haralick.shrunk(np.full((11, 13), 3.0)) == pytest.approx(np.full((3, 3), 3.0))


def test_a_step_has_edges_along_it_and_gradients_across_it() -> None:
    step = np.zeros((20, 20))
    step[:, 10:] = 1
    edges = canny_edges(step)
    assert set(np.nonzero(edges)[1]) <= {9, 10}
    assert edges.any()


def test_edges_are_those_of_scikit_image_at_the_same_thresholds() -> None:
    image = blobs(4).astype(float)
    edges = canny_edges(image, canvas=1024**2)
    assert (edges | ~canny(image, np.sqrt(2), 0.5, 2.5)).all()
    assert (canny_edges(image) | ~canny(image, np.sqrt(2), 0.5, 2.5)).all()


def test_the_empty_rest_of_the_canvas_counts_as_flat() -> None:
    image = np.pad(blobs(5).astype(float), 20)
    wide = np.pad(image, 60)
    inside = canny_edges(wide)[60:-60, 60:-60]
    assert (canny_edges(image, wide.size) == inside).all()


def test_gradients_in_the_lowest_quarter_of_their_range_are_homogeneous() -> None:
    assert homogeneity(np.array([0.0, 1, 1, 4])) == 0.25
    assert homogeneity(np.array([])) == 0


def test_directions_compare_opposite_bins() -> None:
    angle = np.repeat(np.arange(8), [4, 1, 1, 1, 2, 1, 1, 1]).astype(float)
    assert directions(angle) == pytest.approx((4, 2, 2 / 6))


def test_absent_directions_give_zero_and_not_infinity() -> None:
    assert directions(np.zeros(3)) == (0, 0, 1)
    assert directions(np.array([])) == (0, 0, 0)


def test_a_picture_without_background_still_has_finite_edges() -> None:
    assert np.isfinite(edge_features(ObjectImage.of(np.ones((9, 9))))).all()


def test_discs_dilate_as_those_of_scikit_image() -> None:
    mask = blobs(6) & blobs(7)
    assert (dilated(mask, 4) == dilation_by_skimage(mask, disk(4))).all()
    assert (eroded(mask, 3) == ~dilation_by_skimage(~np.pad(mask, 3), disk(3))[3:-3, 3:-3]).all()


def test_packing_goes_both_ways() -> None:
    assert (unpacked(packed(blobs(8)), (60, 70)) == blobs(8)).all()
