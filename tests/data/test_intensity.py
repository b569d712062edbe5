from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.making import section
from tissuegan.data import Intensity
from tissuegan.errors import UserError


def test_eight_bits_use_the_whole_range_whatever_the_sections_hold() -> None:
    assert Intensity.of([section(dtype="uint8")]) == Intensity(0, 255, "uint8")


def test_sixteen_bits_use_the_range_of_all_sections() -> None:
    sections = [section(dtype="uint16", seed=k) for k in range(3)]
    images = np.stack([s.tissue.image for s in sections if s.tissue.image is not None])
    assert Intensity.of(sections) == Intensity(int(images.min()), int(images.max()), "uint16")


@given(st.sampled_from(["uint8", "uint16"]), st.integers(0, 65534), st.integers(1, 65535))
def test_every_grey_level_of_the_range_comes_back_as_it_was(
    dtype: str, low: int, span: int
) -> None:
    top = np.iinfo(dtype).max
    low = low % top
    high = min(low + span, top)
    levels = np.arange(low, high + 1).astype(dtype)
    intensity = Intensity(low, high, dtype)
    unit = intensity.to_unit(levels)
    assert unit.dtype == np.float32
    assert unit[0] == -1
    assert unit[-1] == pytest.approx(1, abs=1e-6)
    assert np.array_equal(intensity.to_pixels(unit), levels)
    assert intensity.to_pixels(unit).dtype == dtype


def test_levels_beyond_the_range_are_clipped_to_it() -> None:
    intensity = Intensity(100, 200, "uint16")
    assert intensity.to_unit(np.array([0, 65535], np.uint16)).tolist() == [-1, 1]
    assert intensity.to_pixels(np.array([-2.0, 2.0])).tolist() == [100, 200]


def test_sections_of_one_level_still_have_a_range() -> None:
    flat = section(dtype="uint16")
    assert flat.tissue.image is not None
    flat.tissue.image[...] = 7
    assert Intensity.of([flat]) == Intensity(7, 8, "uint16")


def test_a_mix_of_eight_and_sixteen_bits_is_refused() -> None:
    with pytest.raises(UserError, match="mix"):
        Intensity.of([section(dtype="uint8"), section(dtype="uint16")])


def test_sections_without_images_have_no_range() -> None:
    with pytest.raises(UserError, match="image"):
        Intensity.of([section(dtype=None)])


@pytest.mark.parametrize(("low", "high", "dtype"), [(0, 255, "float32"), (5, 5, "uint8")])
def test_a_range_that_is_none_is_refused(low: float, high: float, dtype: str) -> None:
    with pytest.raises(ValueError, match="range"):
        Intensity(low, high, dtype)


def test_a_tone_curve_bends_what_is_made_and_not_what_is_read() -> None:
    bent = Intensity(0, 255, "uint8", tones=(-1.0, 0.5, 1.0))
    assert bent.to_pixels(np.array([-1.0, -0.5, 0.0, 0.5, 1.0])).tolist() == [0, 96, 191, 223, 255]
    assert (bent.to_unit(np.array([0, 255], np.uint8)) == [-1, 1]).all()


def test_a_tone_curve_of_one_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="two tones"):
        Intensity(0, 255, "uint8", tones=(0.0,))
