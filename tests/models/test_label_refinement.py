from __future__ import annotations

from typing import Any

import torch
from torch import nn

from tests.builders import FC
from tissuegan.models import LabelGAN
from tissuegan.models.label_refinement import LabelRefinement
from tissuegan.models.phases import Step
from tissuegan.models.settings import DiscriminatorSettings, LabelSettings
from tissuegan.training.noise import step_noise

SETTINGS = LabelSettings(
    generator=FC,
    discriminator=DiscriminatorSettings(base=4, factors=(1,), weights=(1.0,), depths=(1,)),
)


def refined_once() -> LabelRefinement:
    torch.manual_seed(0)
    model = LabelRefinement(2, SETTINGS)
    masks = (torch.rand(2, 2, 96, 96) > 0.7).float()
    step = Step(masks, None, step_noise(0, 0, 2, torch.device("cpu")))
    (phase,) = model.phases()
    loss: Any = phase.loss(step)["labels.minkowski"]
    loss.backward()
    return model


def test_gains_offsets_and_strengths_move_and_nothing_else() -> None:
    model = refined_once()
    for name, parameter in model.named_parameters():
        moves = name.startswith("labels.generator.") and not isinstance(
            owner(model, name), nn.Conv2d
        )
        assert (parameter.grad is not None) == moves, name


def owner(model: nn.Module, parameter: str) -> nn.Module:
    return model.get_submodule(parameter.rpartition(".")[0])


def test_statistics_of_normalisations_stay_as_they_are() -> None:
    torch.manual_seed(0)
    before = LabelGAN(2, SETTINGS).generator.state_dict()
    after = refined_once().labels.generator.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before if "running" in key)
    assert any("running" in key for key in before)
