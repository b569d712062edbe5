from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from tissuegan.evaluation.spectra import bands, grey_levels, power_distance, radial_power


def noise(side: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side)).astype(np.uint8)


def test_white_noise_has_a_flat_spectrum_of_its_variance() -> None:
    power = 10 ** radial_power(noise(512))
    assert power.mean() == pytest.approx((256**2 - 1) / 12 / 255**2, rel=0.03)
    assert power[5:].std() < 0.1 * power.mean()


def test_the_spectrum_does_not_depend_on_the_size_of_the_image() -> None:
    assert power_distance(radial_power(noise(512)), radial_power(noise(300, 1))) < 0.1


def test_a_wave_stands_at_its_frequency() -> None:
    wave = 127 + 100 * np.sin(2 * np.pi * 0.25 * np.arange(256))
    power = radial_power(np.tile(wave, (256, 1)).astype(np.uint8))
    assert bands()[power.argmax()] == pytest.approx(0.25, abs=0.011)


def test_blur_lowers_the_right_end_only() -> None:
    sharp = noise(256)
    blurred = gaussian_filter(sharp.astype(float), 1.5).astype(np.uint8)
    drop = radial_power(sharp) - radial_power(blurred)
    assert drop[0] < 0.1
    assert drop[-1] > 2


def test_a_constant_image_has_no_power_and_is_far_from_any_other() -> None:
    flat = radial_power(np.full((64, 64), 90, np.uint8))
    assert flat.tolist() == [-12] * 48
    assert power_distance(flat, radial_power(noise(64))) > 5


def test_sixteen_bits_are_measured_like_eight() -> None:
    eight = noise(128)
    sixteen = eight.astype(np.uint16) * 257
    assert power_distance(radial_power(eight), radial_power(sixteen)) < 1e-12
    assert grey_levels(eight).tolist() == grey_levels(sixteen).tolist()


def test_tiny_images_have_a_spectrum() -> None:
    assert np.isfinite(radial_power(noise(3))).all()
