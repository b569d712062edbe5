from pathlib import Path

import numpy as np
import pytest
import torch

from tests.builders import write_tiny_completed
from tissuegan.classes import LabelClasses
from tissuegan.data.section import Section
from tissuegan.models import load
from tissuegan.models.card import read_model
from tissuegan.models.completed import CompletedLabels
from tissuegan.models.products import products
from tissuegan.models.synthesis import LabelSynthesis
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.region import Region
from tissuegan.tissue import Tissue
from tissuegan.training.calibrate import SoftLabels, area_fractions, thresholds, thresholds_in_turn


def section(masks: np.ndarray) -> Section:
    classes = LabelClasses(tuple(f"class {k}" for k in range(len(masks))))
    region = Region(0, 0, *masks.shape[1:])
    return Section("one", Tissue(masks, None, classes, 4.6, region))


def generator() -> FCGenerator:
    torch.manual_seed(0)
    network = FCGenerator(2, 4, (8, 8, 8), (1, 1, 1))
    for _ in range(20):  # so that the running statistics are those of its own activations
        network(Region(0, 0, 24, 24), lambda _s, r, c: torch.randn(1, c, *r.shape))
    return network


def test_area_fractions_are_those_of_all_pixels_of_all_sections() -> None:
    small, large = np.ones((1, 2, 2), bool), np.zeros((1, 4, 3), bool)
    assert area_fractions([section(small), section(large)]) == pytest.approx([4 / 16])


def test_with_its_thresholds_a_generator_draws_the_areas_asked_for() -> None:
    part, asked = LabelSynthesis(generator(), 1), np.array([0.2, 0.05])
    cuts = thresholds(part, asked)
    drawn = LabelSynthesis(generator(), 1, cuts).draw(3, Region(0, 0, 1024, 1024))
    assert drawn.mean((1, 2)) == pytest.approx(asked, rel=0.2)


def test_a_class_drawn_for_others_has_the_area_asked_for_beside_them(tmp_path: Path) -> None:
    folder, asked = write_tiny_completed(tmp_path), np.array([0.2, 0.3])
    card, weights, _ = read_model(folder)
    part = load(folder).labels
    assert isinstance(part, CompletedLabels)
    cut = card.model_copy(update={"thresholds": thresholds_in_turn(part, asked)})
    labels = products(cut, weights).labels
    assert labels is not None
    assert labels.draw(3, Region(0, 0, 1024, 1024)).mean((1, 2)) == pytest.approx(asked, rel=0.2)


def test_a_class_that_is_nowhere_gets_the_highest_threshold() -> None:
    assert max(thresholds(LabelSynthesis(generator(), 0), np.array([0.0, 1.0]))) == 0.6


def test_labels_from_noise_are_soft_before_they_are_cut() -> None:
    assert isinstance(LabelSynthesis(generator(), 0), SoftLabels)
