from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import CRN, UNET, conditioned_generator, fc_generator, random_signs
from tissuegan.data.intensity import Intensity
from tissuegan.models.noise import CanvasNoise
from tissuegan.models.settings import CRNSettings, UNetSettings
from tissuegan.models.synthesis import IMAGE, LABELS, ImageSynthesis, LabelSynthesis, Masks
from tissuegan.networks.geometry import (
    Field,
    coarsened_region,
    crop,
    enlargeable_from,
    upsample,
)
from tissuegan.noise import normals
from tissuegan.region import Region

GREY = Intensity(0, 255, "uint8")


def walls(region: Region) -> Masks:
    masks: Masks = (random_signs(2, region)[0] > 0).numpy()
    return masks


def disagreement(first: Masks, second: Masks) -> float:
    return float((first != second).mean())


def test_canvas_noise_is_noise_in_a_stream_of_the_part() -> None:
    region = Region(-3, 10**9, 5, 6)
    drawn = CanvasNoise(7, IMAGE)(3, region, 2)
    assert drawn.shape == (1, 2, 5, 6)
    assert np.array_equal(drawn[0].numpy(), normals(7, IMAGE * 65536 + 3, region, 2))
    assert not torch.equal(drawn, CanvasNoise(7, LABELS)(3, region, 2))


@pytest.mark.parametrize("doublings", [0, 1, 2])
def test_labels_are_the_sign_of_what_the_generator_draws(doublings: int) -> None:
    region = Region(-5, 17, 40, 50)
    plain = fc_generator()
    small = region
    for _ in range(doublings):
        small = enlargeable_from(small)
    geometry = plain.geometry()
    cells = coarsened_region(geometry.input_region(small), geometry.stride)
    field = plain(cells, CanvasNoise(3, LABELS))
    for _ in range(doublings):
        field = upsample(field)
    expected = (crop(field, region).values[0] > 0).numpy()
    drawn = LabelSynthesis(fc_generator(), doublings).draw(3, region)
    assert drawn.dtype == np.bool_
    assert drawn.shape == (2, 40, 50)
    assert disagreement(drawn, expected) < 1e-3  # folding rounds in its own way
    assert 0.1 < drawn.mean() < 0.9


def test_each_class_is_cut_at_its_own_threshold() -> None:
    region = Region(0, 0, 60, 60)
    soft = LabelSynthesis(fc_generator(), 1).soft(0, region).numpy()
    assert soft.shape == (2, 60, 60)
    drawn = LabelSynthesis(fc_generator(), 1, (0.4, -0.2)).draw(0, region)
    assert np.array_equal(drawn[0], soft[0] > np.float32(0.4))
    assert np.array_equal(drawn[1], soft[1] > np.float32(-0.2))
    assert drawn[0].mean() < (soft[0] > 0).mean()


@settings(max_examples=10)
@given(st.integers(-200, 200), st.integers(-(2**44), 2**44), st.integers(1, 60), st.integers(1, 60))
def test_labels_are_those_of_any_larger_window_but_for_rounding(
    y0: int, x0: int, height: int, width: int
) -> None:
    part, region = LabelSynthesis(fc_generator(), 1), Region(y0, x0, height, width)
    rows, columns = region.grow(13).crop(region)
    whole = part.draw(0, region.grow(13))[:, rows, columns]
    assert disagreement(part.draw(0, region), whole) < 0.01


@pytest.mark.parametrize("generator", [CRN, UNET])
def test_images_are_grey_levels_of_what_the_generator_draws(
    generator: CRNSettings | UNetSettings,
) -> None:
    region = Region(-5, 17, 40, 50)
    part = ImageSynthesis(conditioned_generator(2, generator), GREY)
    around = part.context(region)
    labels = Field(random_signs(2, around), around)
    field = conditioned_generator(2, generator)(labels, CanvasNoise(3, IMAGE))
    expected = GREY.to_pixels(crop(field, region).values[0, 0].numpy())
    image = part.draw(3, region, walls)
    assert image.dtype == np.uint8
    assert np.abs(image.astype(int) - expected).max() <= 1  # folding rounds in its own way
    assert image.std() > 20


def test_an_image_asks_for_no_more_labels_than_decide_it() -> None:
    part = ImageSynthesis(conditioned_generator(2, CRN), GREY)
    asked: list[Region] = []

    def labels(region: Region) -> Masks:
        asked.append(region)
        return walls(region)

    part.draw(0, Region(3, 4, 20, 20), labels)
    assert asked == [part.context(Region(3, 4, 20, 20))]


def test_images_have_the_grey_levels_of_training() -> None:
    part = ImageSynthesis(conditioned_generator(2, CRN), Intensity(1000, 3000, "uint16"))
    image = part.draw(0, Region(0, 0, 30, 30), walls)
    assert image.dtype == np.uint16
    assert image.min() >= 1000
    assert image.max() <= 3000
    assert image.std() > 100


def test_seeds_differ() -> None:
    labels = LabelSynthesis(fc_generator(), 1)
    image = ImageSynthesis(conditioned_generator(2, CRN), GREY)
    region = Region(0, 0, 30, 30)
    assert disagreement(labels.draw(0, region), labels.draw(1, region)) > 0.1
    assert (image.draw(0, region, walls) != image.draw(1, region, walls)).mean() > 0.1


def test_sampling_builds_no_graph() -> None:
    part = LabelSynthesis(fc_generator(), 1)
    assert not any(p.requires_grad for p in part.generator.parameters())
    assert not any(m.training for m in part.generator.modules())


def test_the_stride_of_labels_counts_pixels_of_the_data() -> None:
    plain = fc_generator().stride
    assert [LabelSynthesis(fc_generator(), k).stride for k in range(3)] == [
        plain,
        2 * plain,
        4 * plain,
    ]
