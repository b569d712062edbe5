from pathlib import Path

import numpy as np
import pytest

from tests.builders import pixels
from tissuegan.data import load_labels
from tissuegan.data.phantom import Phantom
from tissuegan.evaluation.seams import (
    autocorrelation,
    border_score,
    period_excess,
    phase_chi2,
    phase_density,
    step_profile,
)
from tissuegan.region import Region


def test_a_density_that_follows_the_phase_is_found_where_it_is() -> None:
    mask = np.zeros((1, 128, 128), bool)
    mask[:, 8:16, :] = True
    mask[:, 64 + 8 : 64 + 16, :] = True
    density = phase_density(mask, 64)
    assert density[1].tolist() == [1.0] * 8
    assert density[[0, *range(2, 8)]].max() == 0


def test_pixels_beyond_the_last_whole_period_do_not_count() -> None:
    mask = np.zeros((1, 70, 70), bool)
    mask[:, 64:] = True
    assert phase_density(mask, 64).max() == 0


def test_white_noise_has_the_chi2_of_independent_pixels() -> None:
    masks = np.random.default_rng(0).random((4, 512, 512)) < 0.2
    pixels_a_phase = masks.size / 64
    assert phase_chi2(masks, 64) == pytest.approx(1 / pixels_a_phase, rel=0.5)


def test_a_faint_lattice_is_told_from_noise() -> None:
    random = np.random.default_rng(1)
    plain = random.random((4, 512, 512)) < 0.2
    lattice = plain | ((random.random(plain.shape) < 0.05) & (np.arange(512) % 64 < 16))
    assert phase_chi2(lattice, 64) > 10 * phase_chi2(plain, 64)


def test_an_empty_class_has_no_lattice() -> None:
    assert phase_chi2(np.zeros((1, 64, 64), bool), 64) == 0.0


def test_impossible_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="equal bins"):
        phase_density(np.zeros((1, 64, 64), bool), 63)
    with pytest.raises(ValueError, match="smaller than the stride"):
        phase_density(np.zeros((1, 32, 32), bool), 64)


def phantom_fields(count: int = 2, side: int = 512) -> tuple[np.ndarray, np.ndarray]:
    """Membrane masks and images of the phantom, (count, side, side) each."""
    tissues = [Phantom(seed)[Region(0, 0, side, side)] for seed in range(count)]
    return np.stack([t.masks[0] for t in tissues]), np.stack([pixels(t) for t in tissues])


MASKS, IMAGES = phantom_fields()


def test_the_autocorrelation_of_a_wave_is_the_cosine_of_the_lag() -> None:
    wave = np.sin(2 * np.pi * np.arange(640) / 64)
    fields = np.broadcast_to(wave, (2, 8, 640))
    found = autocorrelation(fields, [0, 16, 32, 64], axis=2)
    assert found == pytest.approx([1, 0, -1, 1], abs=0.03)
    assert autocorrelation(fields, [3], axis=1) == pytest.approx(1)


def test_a_constant_field_repeats_nothing_and_has_no_borders() -> None:
    fields = np.full((1, 96, 96), 7, np.uint8)
    assert period_excess(fields, 16) == 0
    assert border_score(fields, 64) == 0


def test_a_wave_of_the_period_has_an_excess_of_one() -> None:
    wave = np.sin(2 * np.pi * np.arange(512) / 64)
    fields = np.broadcast_to(wave, (1, 512, 512))
    assert period_excess(fields, 64) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("fields", [MASKS, IMAGES], ids=["masks", "images"])
def test_the_phantom_is_clean(fields: np.ndarray) -> None:
    assert abs(period_excess(fields, 64)) < 0.03
    assert abs(period_excess(fields, 128)) < 0.03
    assert abs(border_score(fields, 128, (0, 64))) < 4


def test_a_motif_planted_once_a_stride_is_found_by_its_period() -> None:
    disc = np.hypot(*(np.mgrid[:64, :64] - 20)) < 9
    planted = MASKS | np.tile(disc, (8, 8))
    assert period_excess(planted, 64) > 0.1


@pytest.mark.parametrize("axis", [1, 2])
def test_tiles_that_do_not_fit_together_are_found_at_their_borders(axis: int) -> None:
    shifted = np.roll(MASKS, 37, axis=axis)
    odd = (np.arange(512) - 24) // 128 % 2 == 1
    seamed = np.where(np.expand_dims(odd, (0, 3 - axis)), shifted, MASKS)
    assert border_score(seamed, 128, [24]) > 6
    assert abs(border_score(seamed, 128, [60])) < 3


def test_a_border_is_found_at_any_of_the_places_where_a_tile_may_begin() -> None:
    odd = (np.arange(512) - 64) // 128 % 2 == 1
    seamed = np.where(odd, np.roll(MASKS, 37, axis=2), MASKS)
    assert abs(border_score(seamed, 128)) < 4
    assert border_score(seamed, 128, (0, 32, 64, 96)) > 6


def test_borders_that_were_blended_are_too_smooth() -> None:
    blended = IMAGES.astype(float)
    for x in range(128, 512, 128):
        blended[:, :, x - 1] = blended[:, :, x] = (blended[:, :, x - 1] + blended[:, :, x]) / 2
    assert border_score(blended, 128) < -8


def test_a_brighter_tile_is_a_border() -> None:
    checks = (np.indices((512, 512)) // 128).sum(axis=0) % 2 == 1
    assert border_score(IMAGES + 40 * checks, 128) > 8


def test_steps_at_borders_only_have_the_largest_score_that_there_is() -> None:
    stripes = (np.arange(257) // 64 % 2 == 1)[None, None].repeat(257, axis=1)
    assert border_score(stripes, 64) == pytest.approx(63**0.5)


def test_steps_are_counted_at_the_pixel_that_they_lead_to() -> None:
    fields = np.zeros((1, 3, 9), bool)
    fields[:, :, 4] = True
    assert step_profile(fields, 8, axis=2).tolist() == [0, 0, 0, 0, 1, 1, 0, 0]


def test_fields_that_show_no_period_are_refused() -> None:
    with pytest.raises(ValueError, match="do not show"):
        period_excess(np.zeros((1, 80, 80)), 64)
    with pytest.raises(ValueError, match="no border"):
        border_score(np.zeros((1, 64, 64)), 64)


def test_real_sections_are_clean(vnc: Path) -> None:
    sections = load_labels(vnc, sections=slice(10, 14))
    membranes = np.stack([section.tissue.masks[0] for section in sections])
    images = np.stack([pixels(section.tissue) for section in sections])
    for fields in (membranes, images):
        assert abs(period_excess(fields, 64)) < 0.06
        assert abs(border_score(fields, 512, range(0, 512, 64))) < 4
