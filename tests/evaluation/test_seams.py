import numpy as np
import pytest

from tissuegan.evaluation.seams import phase_chi2, phase_density


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
