from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.data.making import lines, section
from tissuegan.data import Section
from tissuegan.data.scaling import scaled
from tissuegan.region import Region


def striped() -> Section:
    """A quarter of it is membrane, in one upright stripe."""
    whole = section((80, 64))
    masks = np.stack([lines((80, 64)), ~lines((80, 64))])
    return Section("a", replace(whole.tissue, masks=masks))


@pytest.mark.parametrize(("factor", "shape"), [(0.75, (60, 48)), (1.5, (120, 96))])
def test_everything_in_a_scaled_section_has_its_share_of_the_area(
    factor: float, shape: tuple[int, int]
) -> None:
    made = scaled(striped(), factor)
    assert made.bounds == Region(0, 0, *shape)
    assert np.array_equal(made.tissue.masks[0], lines(shape))
    assert np.array_equal(made.tissue.masks[1], ~lines(shape))
    assert made.pixel_size_nm == 4.6


def test_a_scaled_image_keeps_its_type_and_where_it_is_dark() -> None:
    whole = section((80, 64), "uint16")
    made = scaled(whole, 0.5).tissue.image
    assert made is not None
    assert made.dtype == np.uint16
    assert made[:, :7].max() < made[:, 9:].min()


def test_a_section_without_an_image_is_scaled_without_one() -> None:
    assert scaled(section(dtype=None), 0.5).tissue.image is None


def test_a_factor_of_one_gives_the_very_section() -> None:
    whole = section()
    assert scaled(whole, 1.0) is whole


def test_a_factor_that_leaves_no_pixel_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.001 times as large"):
        scaled(section(), 0.001)
