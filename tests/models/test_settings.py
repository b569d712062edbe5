from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tissuegan.models.settings import (
    CRNSettings,
    DiscriminatorSettings,
    FCSettings,
    ImageSettings,
    JointSettings,
    LabelSettings,
    Optimiser,
    UNetSettings,
    VectorSettings,
)
from tissuegan.networks.cleaning import Cleaning
from tissuegan.networks.discriminator import Scale

TWO = DiscriminatorSettings(
    factors=(1, 4),
    weights=(0.7, 0.3),
    depths=(3, 2),
    class_factors=(2, 4),
    class_weight=0.1,
)


def test_the_pyramid_has_one_discriminator_a_factor() -> None:
    joint = (Scale(1, 0.7, 3), Scale(4, 0.3, 2))
    assert TWO.scales(1) == joint
    assert TWO.model_copy(update={"class_factors": ()}).scales(5) == joint


def test_several_classes_have_discriminators_of_their_own_besides() -> None:
    assert TWO.scales(2)[2:] == (
        Scale(2, 0.1, 3, (0,)),
        Scale(4, 0.1, 3, (0,)),
        Scale(2, 0.1, 3, (1,)),
        Scale(4, 0.1, 3, (1,)),
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (FCSettings, {"widths": (8, 8), "convs": (1,)}),
        (CRNSettings, {"widths": (8,), "convs": (1, 1)}),
        (DiscriminatorSettings, {"weights": (1.0,)}),
        (DiscriminatorSettings, {"factors": (1, 2)}),
        (DiscriminatorSettings, {"depths": (2, 2)}),
    ],
)
def test_fields_that_go_together_have_one_length(kind: type, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="different lengths"):
        kind(**fields)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (FCSettings, {"widths": (), "convs": ()}),
        (FCSettings, {"widths": (0,), "convs": (1,)}),
        (FCSettings, {"noise_channels": 0}),
        (UNetSettings, {"widths": ()}),
        (DiscriminatorSettings, {"base": 0}),
        (DiscriminatorSettings, {"class_weight": -1}),
        (DiscriminatorSettings, {"factors": (0, 1, 2)}),
        (ImageSettings, {"crop": 0}),
        (ImageSettings, {"l1": float("nan")}),
        (LabelSettings, {"downsample": 3}),
        (Optimiser, {"rate": -1}),
        (Optimiser, {"beta1": 1.0}),
        (Optimiser, {"decay": 1.1}),
        (Optimiser, {"warmup": -0.1}),
        (Optimiser, {"first_rate": -1}),
        (Optimiser, {"speed": 1}),
    ],
)
def test_values_that_mean_nothing_are_refused(kind: type, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(fields))):
        kind(**fields)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ({"kind": "unet"}, UNetSettings),
        ({"kind": "crn"}, CRNSettings),
        ({"widths": [4], "convs": [1]}, CRNSettings),
        ({}, CRNSettings),
    ],
)
def test_an_image_generator_is_a_cascade_unless_it_says_otherwise(
    table: dict[str, Any], kind: type
) -> None:
    assert type(ImageSettings.model_validate({"generator": table}).generator) is kind


def test_an_unknown_kind_of_generator_is_refused() -> None:
    with pytest.raises(ValidationError, match="'crn', 'unet'"):
        ImageSettings.model_validate({"generator": {"kind": "gru"}})


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Optimiser().rate = 1.0


@pytest.mark.parametrize("settings", [LabelSettings(), ImageSettings(generator=UNetSettings())])
def test_settings_survive_json(settings: LabelSettings | ImageSettings) -> None:
    assert type(settings).model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize("side", ["holes", "specks"])
def test_only_labels_of_generators_without_borders_are_cleaned(side: str) -> None:
    assert LabelSettings.model_validate({side: 3}).cleaning == Cleaning(**{side: 3})
    with pytest.raises(ValidationError, match="know no borders"):
        LabelSettings.model_validate({side: 3, "generator": VectorSettings()})
    with pytest.raises(ValidationError, match="should be 0"):
        JointSettings.model_validate({side: 3})
    with pytest.raises(ValidationError, match=side):
        LabelSettings.model_validate({side: -1})


def test_pieces_are_left_out_of_labels_without_borders_alone() -> None:
    assert LabelSettings(pieces=16).pieces == 16
    with pytest.raises(ValidationError, match="know no borders"):
        LabelSettings(pieces=16, generator=VectorSettings())
    with pytest.raises(ValidationError, match="should be 0"):
        JointSettings.model_validate({"pieces": 16})
