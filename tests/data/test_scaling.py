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


def test_a_scaled_section_has_labels_alone() -> None:
    assert scaled(section(), 0.5).tissue.image is None


def test_a_factor_of_one_gives_the_very_section() -> None:
    whole = section()
    assert scaled(whole, 1.0) is whole


def test_the_smallest_section_keeps_a_pixel() -> None:
    assert scaled(section((1, 4)), 0.5).bounds == Region(0, 0, 1, 2)
