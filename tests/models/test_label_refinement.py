from __future__ import annotations

import re
from typing import Any

import pytest
import torch

from tests.builders import FC
from tissuegan.errors import UserError
from tissuegan.models import LabelGAN
from tissuegan.models.label_refinement import LabelRefinement
from tissuegan.models.phases import Step
from tissuegan.models.settings import (
    DiscriminatorSettings,
    LabelSettings,
    Parts,
    TransposedSettings,
)
from tissuegan.training.noise import step_noise

ALONE = DiscriminatorSettings(base=4, factors=(1,), weights=(1.0,), depths=(1,))
SETTINGS = LabelSettings(generator=FC, discriminator=ALONE)


def refined_once() -> LabelRefinement:
    torch.manual_seed(0)
    model = LabelRefinement(2, SETTINGS)
    masks = (torch.rand(2, 2, 96, 96) > 0.7).float()
    step = Step(masks, None, step_noise(0, 0, 2, torch.device("cpu")))
    (phase,) = model.phases()
    loss: Any = phase.loss(step)["labels.minkowski"]
    loss.backward()
    return model


def test_gains_offsets_and_strengths_of_coarse_stages_move_and_nothing_else() -> None:
    coarse = len(FC.widths) - 2
    for name, parameter in refined_once().named_parameters():
        stage = re.match(r"labels\.generator\.stages\.(\d+)\.\d+\.(norm\.|strength)", name)
        moves = stage is not None and int(stage[1]) < coarse
        assert (parameter.grad is not None) == moves, name


def test_a_generator_without_stages_is_told() -> None:
    with pytest.raises(UserError, match="fully convolutional"):
        LabelRefinement(2, LabelSettings(generator=TransposedSettings(), discriminator=ALONE))


def test_a_generator_of_too_few_stages_is_told() -> None:
    short = FC.model_copy(update={"widths": (8, 6), "convs": (1, 1)})
    with pytest.raises(UserError, match="three stages"):
        LabelRefinement(2, LabelSettings(generator=short, discriminator=ALONE))


def test_the_smallest_patch_has_a_finite_distance_and_a_smaller_one_has_not() -> None:
    crop = LabelRefinement(2, SETTINGS).smallest_crops()["crop"]
    for side, finite in ((crop, True), (crop - SETTINGS.downsample, False)):
        model = LabelRefinement(2, SETTINGS)
        step = Step(torch.ones(2, 2, side, side), None, step_noise(0, 0, 2, torch.device("cpu")))
        assert bool(torch.isfinite(model.loss(step)["labels.minkowski"])) == finite


def test_statistics_of_normalisations_stay_as_they_are() -> None:
    torch.manual_seed(0)
    before = LabelGAN(2, SETTINGS).generator.state_dict()
    after = refined_once().labels.generator.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before if "running" in key)
    assert any("running" in key for key in before)


def test_a_refinement_of_nothing_is_refused() -> None:
    with pytest.raises(UserError, match=r"labels\.start"):
        LabelRefinement.of(("a", "b"), Parts(labels=SETTINGS))
