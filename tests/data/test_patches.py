from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.making import section
from tissuegan.data import Patches, PatchSampler, Section
from tissuegan.data.augment import SYMMETRIES, symmetry
from tissuegan.data.patches import _moved_inside
from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.tissue import Tissue

SECTIONS = (section((40, 32), seed=1), section((24, 50), seed=2), section((16, 16), seed=3))


def same(a: Patches, b: Patches) -> bool:
    assert a.image is not None
    assert b.image is not None
    return np.array_equal(a.masks, b.masks) and np.array_equal(a.image, b.image)


def test_patches_have_the_shapes_and_types_that_networks_want() -> None:
    patches = PatchSampler(SECTIONS, 16, 5, 0).draw(0)
    assert patches.masks.shape == (5, 2, 16, 16)
    assert patches.masks.dtype == np.float32
    assert set(np.unique(patches.masks)) == {0.0, 1.0}
    assert patches.image is not None
    assert patches.image.shape == (5, 1, 16, 16)
    assert patches.image.dtype == np.float32
    assert -1 <= patches.image.min() < patches.image.max() <= 1


def test_a_batch_is_a_pure_function_of_seed_and_step() -> None:
    sampler = PatchSampler(SECTIONS, 12, 4, 9)
    later = sampler.draw(7)
    sampler.draw(3)
    assert same(sampler.draw(7), later)
    assert same(PatchSampler(SECTIONS, 12, 4, 9).draw(7), later)
    assert not same(sampler.draw(8), later)
    assert not same(PatchSampler(SECTIONS, 12, 4, 10).draw(7), later)


def test_an_item_does_not_depend_on_the_size_of_the_batch() -> None:
    few, many = PatchSampler(SECTIONS, 12, 2, 9).draw(5), PatchSampler(SECTIONS, 12, 6, 9).draw(5)
    assert np.array_equal(few.masks, many.masks[:2])


@settings(max_examples=30)
@given(st.integers(1, 9), st.data())
def test_the_ranks_together_have_the_batch_of_one_process(batch: int, data: st.DataObject) -> None:
    world = data.draw(st.integers(1, batch))
    sampler = PatchSampler(SECTIONS, 8, batch, 1)
    whole = sampler.draw(2)
    for rank in range(world):
        part = sampler.draw(2, rank, world)
        assert whole.image is not None
        assert part.image is not None
        assert np.array_equal(part.masks, whole.masks[rank::world])
        assert np.array_equal(part.image, whole.image[rank::world])


@pytest.mark.parametrize(("rank", "world"), [(2, 2), (-1, 2), (4, 5)])
def test_a_rank_without_a_patch_is_refused(rank: int, world: int) -> None:
    with pytest.raises(ValueError, match="gets no patch"):
        PatchSampler(SECTIONS, 8, 4, 0).draw(0, rank, world)


def numbered(shape: tuple[int, int], first: int) -> Section:
    """A section whose every pixel has a grey level of its own."""
    image = (np.arange(shape[0] * shape[1]) + first).reshape(shape).astype(np.uint16)
    plain = section(shape)
    masks = plain.tissue.masks
    return Section("a", Tissue(masks, image, plain.classes, 4.6, Region(0, 0, *shape)))


def test_image_and_masks_of_a_patch_come_from_one_window_and_one_symmetry() -> None:
    whole = numbered((20, 23), 0)
    sampler = PatchSampler([whole], 9, 40, 0)
    patches = sampler.draw(0)
    assert patches.image is not None
    assert sampler.intensity is not None
    for masks, image in zip(patches.masks, patches.image[:, 0], strict=True):
        y, x = divmod(int(sampler.intensity.to_pixels(image).min()), 23)
        window = whole[Region(y, x, 9, 9)]
        assert window.image is not None
        unit = sampler.intensity.to_unit(window.image)
        turns = [k for k in range(SYMMETRIES) if np.array_equal(symmetry(unit, k), image)]
        assert len(turns) == 1
        assert np.array_equal(symmetry(window.masks, turns[0]), masks)


def test_sections_are_drawn_by_their_area_and_small_ones_not_at_all() -> None:
    sections = [numbered((5, 4), 0), numbered((3, 3), 100), numbered((2, 90), 200)]
    sampler = PatchSampler(sections, 3, 3000, 4)
    image = sampler.draw(0).image
    assert image is not None
    assert sampler.intensity is not None
    lowest = sampler.intensity.to_pixels(image).reshape(3000, -1).min(1)
    assert lowest.max() < 200
    first = int((lowest < 100).sum())
    assert abs(first - 3000 * 20 / 29) < 85  # 3.3 standard deviations


def test_a_patch_begins_wherever_it_touches_and_is_moved_inside() -> None:
    image = PatchSampler([numbered((9, 3), 0)], 3, 4000, 4).draw(0).image
    assert image is not None
    starts = Counter(image.reshape(4000, -1).min(1).tolist())
    odds = np.array([3, 1, 1, 1, 1, 1, 3]) / 11  # of eleven places three are above, three below
    counts = np.array([starts[place] for place in sorted(starts)])
    assert ((counts - 4000 * odds) ** 2 / (4000 * odds)).sum() < 22.5  # chi2(6): p < 0.001


@given(side=st.integers(4, 40), share=st.floats(0.1, 1))
def test_no_pixel_of_a_section_is_shown_rarely(side: int, share: float) -> None:
    crop = max(1, round(side * share))
    drawn = [_moved_inside(np.random.default_rng(k), side, crop) for k in range(2000)]
    shown = np.zeros(side)
    for start in drawn:
        shown[start : start + crop] += 1
    assert shown.min() > 0.4 * shown.mean()
    assert shown.max() < 2.2 * shown.mean()


def test_every_symmetry_is_as_likely_as_any_other() -> None:
    image = PatchSampler([numbered((3, 3), 0)], 3, 2000, 4).draw(0).image
    assert image is not None
    ways = Counter(patch.tobytes() for patch in image)
    assert len(ways) == 8
    assert sum((n - 250) ** 2 / 250 for n in ways.values()) < 25  # chi2(7): p < 0.001


def test_sections_without_images_give_masks_only() -> None:
    patches = PatchSampler([section(dtype=None)], 8, 2, 0).draw(0)
    assert patches.image is None
    assert patches.masks.shape == (2, 2, 8, 8)


def test_a_patch_larger_than_every_section_is_refused_with_the_sizes_and_the_remedy() -> None:
    with pytest.raises(UserError, match=r"64x64.*40x32.*--set crop=32"):
        PatchSampler(SECTIONS, 64, 1, 0)


def test_no_sections_at_all_are_refused() -> None:
    with pytest.raises(UserError, match="no sections"):
        PatchSampler([], 8, 1, 0)


@pytest.mark.parametrize(("crop", "batch"), [(0, 1), (8, 0)])
def test_an_empty_patch_or_batch_is_refused(crop: int, batch: int) -> None:
    with pytest.raises(UserError, match="at least 1"):
        PatchSampler(SECTIONS, crop, batch, 0)


def test_images_for_some_sections_only_are_refused() -> None:
    with pytest.raises(UserError, match="all or none"):
        PatchSampler([section(), section(dtype=None)], 8, 1, 0)
