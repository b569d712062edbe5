from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from tissuegan.data.phantom import GREY, Phantom, bend
from tissuegan.data.phantom.cells import borders, sites_around
from tissuegan.data.phantom.smooth import SMOOTH_BOUND, smooth_normals
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource

LARGE = Region(-150, -1000, 900, 700)


@pytest.fixture(scope="module")
def tissue() -> Tissue:
    return Phantom(3)[LARGE]


def same(a: Tissue, b: Tissue) -> bool:
    assert a.image is not None
    assert b.image is not None
    return np.array_equal(a.masks, b.masks) and np.array_equal(a.image, b.image)


def test_the_phantom_is_an_endless_source() -> None:
    phantom = Phantom(1)
    assert isinstance(phantom, TissueSource)
    assert phantom.bounds is None
    assert phantom.classes.names == ("membrane", "mitochondrion")
    assert phantom[Region(0, 0, 1, 1)].image is not None


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(0, 700), st.integers(0, 500)),
    st.tuples(st.integers(1, 200), st.integers(1, 200)),
)
def test_a_window_of_the_phantom_is_the_crop_of_a_larger_one(
    tissue: Tissue, corner: tuple[int, int], shape: tuple[int, int]
) -> None:
    region = Region(LARGE.y0 + corner[0], LARGE.x0 + corner[1], *shape)
    assert same(Phantom(3)[region], tissue.crop(region))


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([2**40, -(2**40), 2**62, -(2**62)]), st.integers(-300, 300), st.booleans())
def test_windows_agree_however_far_away_they_are(far: int, near: int, tall: bool) -> None:
    whole = Region(far + near, near - far, 150, 90)
    part = Region(whole.y0 + 31, whole.x0 + 17, *((100, 5) if tall else (3, 60)))
    phantom = Phantom(2**64 - 1)
    assert same(phantom[part], phantom[whole].crop(part))


def test_another_seed_or_another_place_is_another_tissue() -> None:
    here = Region(0, 0, 64, 64)
    assert not same(Phantom(0)[here], Phantom(1)[here])
    there = Phantom(0)[here.shift(61 * 4, 0)]
    assert not np.array_equal(there.masks, Phantom(0)[here].masks)


def test_membranes_close_every_cell(tissue: Tissue) -> None:
    sites = sites_around(3, LARGE, 100)
    _, nearest = borders(LARGE, sites, bend(3, LARGE))
    cell = sites.cell.ravel()[nearest]
    inside = ~tissue.masks[0]
    assert not (inside[1:] & inside[:-1] & (cell[1:] != cell[:-1])).any()
    assert not (inside[:, 1:] & inside[:, :-1] & (cell[:, 1:] != cell[:, :-1])).any()


def test_cells_are_of_very_different_sizes(tissue: Tissue) -> None:
    inside, count = ndimage.label(~tissue.masks[0])
    sizes = np.bincount(inside.ravel())[1:]
    assert count > 100
    assert sizes.max() > 8 * np.median(sizes)


def test_mitochondria_lie_inside_cells_and_touch_nothing(tissue: Tissue) -> None:
    membrane, mitochondrion = tissue.masks
    around = ndimage.binary_dilation(mitochondrion, iterations=2)
    assert not (around & membrane).any()
    cells, _ = ndimage.label(~membrane)
    single, count = ndimage.label(mitochondrion, np.ones((3, 3)))
    assert count > 30
    for k, box in enumerate(ndimage.find_objects(single), start=1):
        assert len(np.unique(cells[box][single[box] == k])) == 1


def test_mitochondria_are_nearly_ellipses(tissue: Tissue) -> None:
    single, _ = ndimage.label(tissue.masks[1])
    ratios = []
    for k, box in enumerate(ndimage.find_objects(single), start=1):
        y, x = np.nonzero(single[box] == k)
        at_edge = box[0].start == 0 or box[1].start == 0
        if len(y) > 300 and not at_edge and box[0].stop < 900 and box[1].stop < 700:
            spread = np.linalg.det(np.cov(y, x))
            ratios.append(len(y) / (4 * np.pi * np.sqrt(spread)))  # 1 for an ellipse
    assert len(ratios) > 20
    assert min(ratios) > 0.9
    assert np.median(ratios) == pytest.approx(1, abs=0.02)


def test_the_grey_levels_have_the_statistics_that_are_documented() -> None:
    tissues = [Phantom(seed)[Region(0, 0, 600, 600)] for seed in range(10, 14)]
    image = np.stack([t.image for t in tissues if t.image is not None])
    masks = np.stack([t.masks for t in tissues])
    places = {
        "membrane": masks[:, 0],
        "mitochondrion": masks[:, 1],
        "cytoplasm": ~masks.any(axis=1),
    }
    for name, place in places.items():
        mean, spread = GREY[name]
        assert image[place].mean() == pytest.approx(mean, abs=5)
        assert image[place].std() == pytest.approx(spread, abs=5)
    assert masks[:, 0].mean() == pytest.approx(0.16, abs=0.04)
    assert masks[:, 1].mean() == pytest.approx(0.07, abs=0.03)


def test_the_provenance_says_which_phantom_it_is(tissue: Tissue) -> None:
    assert tissue.provenance == {"model": "phantom", "seed": "3"}


@pytest.mark.parametrize("spacing", [1, 4, 47])
def test_smooth_noise_is_a_function_of_place(spacing: int) -> None:
    whole = Region(-70, 2**50, 90, 110)
    part = Region(-20, 2**50 + 33, 31, 1)
    noise = smooth_normals(5, 2, whole, spacing)
    assert np.array_equal(smooth_normals(5, 2, part, spacing), noise[whole.crop(part)])


@pytest.mark.parametrize("spacing", [3, 8])
def test_smooth_noise_has_mean_0_and_variance_1_and_changes_slowly(spacing: int) -> None:
    noise = smooth_normals(5, 2, Region(0, 0, 600, 600), spacing)
    assert noise.mean() == pytest.approx(0, abs=0.05)
    assert noise.std() == pytest.approx(1, abs=0.03)
    assert np.abs(noise).max() < SMOOTH_BOUND
    assert np.abs(np.diff(noise)).mean() < 1.2 / spacing
