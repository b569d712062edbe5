from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.builders import SEGMENTER, segmentation_network
from tests.training.conftest import Trainers
from tissuegan.data.intensity import Intensity
from tissuegan.data.phantom import Phantom
from tissuegan.data.section import Section
from tissuegan.models.products import products
from tissuegan.models.segmentation import Segmentation
from tissuegan.region import Region
from tissuegan.training.build import averaged_weights, card
from tissuegan.training.folder import calibrated
from tissuegan.training.logits import line, lines, readable


def section(height: int, width: int) -> Section:
    return Section("phantom", Phantom(3)[Region(0, 0, height, width)])


def segmentation() -> Segmentation:
    """Reads with a margin of 96 pixels, in cells of 16."""
    network = segmentation_network(2, SEGMENTER.model_copy(update={"factor": 1}))
    return Segmentation(network, Intensity(0, 255, "uint8"))


def probabilities(part: Segmentation, read: Section) -> np.ndarray:
    place, image = readable(read, part), read.tissue.image
    assert place is not None
    assert image is not None
    return part.probabilities(place, lambda region: image[read.bounds.crop(region)])


def logits(part: Segmentation, read: Section) -> np.ndarray:
    chance = probabilities(part, read).astype(np.float64)
    found: np.ndarray = np.log(chance / (1 - chance))
    return found


def cross_entropy(part: Segmentation, read: Section) -> float:
    place, chance = readable(read, part), probabilities(part, read)
    assert place is not None
    return float(-np.log(np.where(read[place].masks, chance, 1 - chance)).mean())


def test_a_known_line_is_found_again() -> None:
    random = np.random.default_rng(0)
    z = random.normal(0, 3, 100_000)
    labels = random.random(len(z)) < 1 / (1 + np.exp(-(0.6 * z - 0.8)))
    assert line(z, labels) == pytest.approx((0.6, -0.8), abs=0.03)


def test_logits_that_say_nothing_are_left_alone() -> None:
    z = np.random.default_rng(0).normal(size=1000)
    assert line(z, z < 0) == (1.0, 0.0)  # the wrong way round
    assert line(z, np.zeros(1000, bool)) == (1.0, 0.0)
    assert line(z, np.ones(1000, bool)) == (1.0, 0.0)


def test_a_network_is_laid_on_lines_by_its_weights() -> None:
    network = segmentation_network(2)
    image = torch.rand(1, 1, 64, 64) * 2 - 1
    before = network(image)
    network.lay([(2.0, 1.0), (0.5, -3.0)])
    scale, offset = torch.tensor([2.0, 0.5]), torch.tensor([1.0, -3.0])
    expected = before * scale[:, None, None] + offset[:, None, None]
    torch.testing.assert_close(network(image), expected, rtol=1e-4, atol=1e-4)


def test_what_is_read_needs_no_padding_and_is_of_whole_cells() -> None:
    part = segmentation()
    assert readable(section(250, 300), part) == Region(96, 96, 48, 96)
    assert readable(section(200, 300), part) is None
    assert lines(part, [section(200, 300)]) == ()


def test_laid_right_a_network_says_more_of_the_labels() -> None:
    """Labels drawn with the probability that 0.6 times its logits, less 0.5, stand for."""
    part, read = segmentation(), section(250, 300)
    place = readable(read, part)
    assert place is not None
    plain = logits(part, read)
    middle, spread = plain.mean((1, 2)), plain.std((1, 2)) / 2
    part.network.lay([(1 / s, -m / s) for m, s in zip(middle, spread, strict=True)])
    chance = 1 / (1 + np.exp(0.5 - 0.6 * logits(part, read)))
    masks = np.zeros_like(read.tissue.masks)
    drawn = np.random.default_rng(0).random(chance.shape) < chance
    masks[(slice(None), *read.bounds.crop(place))] = drawn
    read = Section("drawn", replace(read.tissue, masks=masks))
    before, found = cross_entropy(part, read), lines(part, [read])
    for each in found:
        assert each == pytest.approx((0.6, -0.5), abs=0.12)
    part.network.lay(found)
    assert cross_entropy(part, read) < before


def test_a_run_leaves_a_segmenter_that_is_laid_right(trainers: Trainers) -> None:
    trainer, read = trainers("segmenter", **{"segmenter.factor": "1"}), [section(250, 300)]
    plain = averaged_weights(trainer.average)
    described = card(trainer.recipe, read, 0)
    part = products(described, plain).segmenter
    assert part is not None
    told, weights = calibrated(trainer, described, read)
    scales = torch.tensor([scale for scale, _ in lines(part, read)])
    key = "segmenter.unet.final_conv.weight"
    torch.testing.assert_close(weights[key], plain[key] * scales[:, None, None, None])
    assert told.training["calibration"].count("scale") == 2
