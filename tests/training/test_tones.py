from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import nn

from tissuegan.classes import LabelClasses
from tissuegan.data.intensity import Intensity
from tissuegan.data.section import Section
from tissuegan.region import Region
from tissuegan.tissue import Tissue
from tissuegan.training.tones import KNOTS, curve, tones


class Murky:
    """Makes images of half the contrast of what it was shown."""

    generator: nn.Module = nn.Identity()
    reads_labels = True
    stride = 8

    def __init__(self, tone_curve: tuple[float, ...] = ()) -> None:
        self.intensity = Intensity(0, 255, "uint8", tone_curve)

    def context(self, region: Region) -> Region:
        return region.grow(4)

    def draw(self, seed: int, region: Region, _labels: Callable[[Region], Any]) -> NDArray[Any]:
        noise = np.random.default_rng(seed).uniform(-0.5, 0.5, region.shape)
        return self.intensity.to_pixels(noise)


class Blank:
    """Makes no label anywhere."""

    generator: nn.Module = nn.Identity()
    stride = 8

    def draw(self, _seed: int, region: Region) -> NDArray[np.bool_]:
        return np.zeros((1, *region.shape), bool)


def section(side: int = 128) -> Section:
    image = np.random.default_rng(0).integers(0, 256, (side, side)).astype(np.uint8)
    masks = np.zeros((1, side, side), bool)
    return Section("one", Tissue(masks, image, LabelClasses(("a",)), 4.6, Region(0, 0, side, side)))


def test_a_curve_from_a_distribution_to_itself_is_a_straight_line() -> None:
    same = np.linspace(0, 1, 257)
    assert curve(same, same) == pytest.approx(np.linspace(-1, 1, KNOTS), abs=1e-4)


@pytest.mark.parametrize("labels", [Blank(), None])
def test_with_its_tones_a_part_makes_images_of_the_contrast_of_the_sections(labels: Any) -> None:
    made = Murky(tones(Murky(), labels, [section()]))
    image = made.draw(7, Region(0, 0, 256, 256), lambda _: None)
    assert np.quantile(image, [0.1, 0.5, 0.9]) == pytest.approx([25, 128, 230], abs=5)


def test_where_no_section_is_large_enough_there_is_no_curve() -> None:
    assert tones(Murky(), None, [section(16)]) == ()


def test_levels_that_the_real_images_do_not_have_are_not_made() -> None:
    levels = np.arange(257)
    uniform = np.clip((levels - 20) / 160, 0, 1)  # of images that use levels 20 to 179 alone
    found = np.array(curve(uniform, uniform))
    assert found.min() >= -1 + 2 * 20 / 256 - 0.01
    assert found.max() <= -1 + 2 * 180 / 256 + 0.01
    inside = np.linspace(-1, 1, KNOTS)[4:22]
    np.testing.assert_allclose(found[4:22], inside, atol=0.01)
