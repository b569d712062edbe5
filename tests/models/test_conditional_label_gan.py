from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.builders import CRN, UNET
from tests.models.test_phases import judged, step
from tissuegan.errors import UserError
from tissuegan.models import ConditionalLabelGAN
from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.objective import DISCRIMINATOR_LOSSES, generator_hinge
from tissuegan.models.phases import Step
from tissuegan.models.settings import (
    CompletionSettings,
    CRNSettings,
    DiscriminatorSettings,
    UNetSettings,
)
from tissuegan.models.soft import soft_labels
from tissuegan.networks.geometry import Field
from tissuegan.region import Region

PYRAMID = DiscriminatorSettings(
    base=4, factors=(1,), weights=(1.0,), depths=(1,), class_factors=(1,), loss="relativistic-hinge"
)


TWO = Division((0,), (1,))


def conditional(
    division: Division = TWO, generator: CRNSettings | UNetSettings = CRN
) -> ConditionalLabelGAN:
    torch.manual_seed(0)
    settings = CompletionSettings(generator=generator, discriminator=PYRAMID)
    return ConditionalLabelGAN(division, settings)


@pytest.mark.parametrize(
    ("given", "division"),
    [
        ((), Division((0, 1), (2,))),
        (("c",), Division((2,), (0, 1))),
        (("c", "a"), Division((2, 0), (1,))),
    ],
)
def test_classes_are_divided_by_name(given: tuple[str, ...], division: Division) -> None:
    assert Division.of(("a", "b", "c"), given) == division


@pytest.mark.parametrize(
    ("classes", "given"), [(("a",), ()), (("a", "b"), ("a", "b")), (("a", "b"), ("d",))]
)
def test_a_division_that_gives_or_makes_nothing_is_told(
    classes: tuple[str, ...], given: tuple[str, ...]
) -> None:
    with pytest.raises(UserError, match="cannot be divided"):
        Division.of(classes, given)


@pytest.mark.parametrize("generator", [CRN, UNET])
def test_the_given_classes_are_those_of_the_data_in_real_and_fake(
    generator: CRNSettings | UNetSettings,
) -> None:
    division = Division((2, 0), (1,))
    model, data = conditional(division, generator), step(classes=3, side=128)
    real, fake = model.compared(data)
    region = Region(0, 0, 128, 128)
    soft = soft_labels(Field(data.masks, region), 2)
    rows = slice((62 - real.shape[-2]) // 2, (62 + real.shape[-2]) // 2)
    assert real.shape == fake.shape
    assert torch.equal(real[:, :2], fake[:, :2])
    assert not torch.equal(real[:, 2:], fake[:, 2:])
    centre = real.shape[-1] // 2
    place = (soft.values[:, 1] == real[:, 2, centre, centre][:, None, None]).nonzero()
    assert len(place) > 0
    assert torch.equal(soft.values[:, [2, 0, 1], rows, rows], real)


def test_the_losses_are_those_of_equation_3_on_labels() -> None:
    model, data = conditional(), step(side=128)
    model.discriminator.eval()  # so that the estimate of the spectral norm stands still
    losses = judged(model, data)
    real, fake = model.pair(data)
    said, said_of_fake = model.discriminator(real), model.discriminator(fake)
    torch.testing.assert_close(losses["completion.g"], generator_hinge(said_of_fake))
    expected = DISCRIMINATOR_LOSSES["relativistic-hinge"](said, said_of_fake)
    torch.testing.assert_close(losses["completion.d"], expected)
    assert losses.keys() == {"completion.g", "completion.d"}


def test_only_made_classes_have_discriminators_of_their_own() -> None:
    scales = conditional(Division((2, 0), (1,))).discriminator.scales
    assert [scale.channels for scale in scales] == [None, (2,)]


def with_made(side: int = 128, batch: int = 4) -> Step:
    """A step whose last patches have labels that a model draws beside them."""
    return replace(
        step(side=side, batch=batch), made=step(side=side, batch=batch).masks[: batch // 2]
    )


def test_the_last_patches_are_given_what_a_model_draws() -> None:
    model, data = conditional(), with_made()
    assert data.made is not None
    real, fake = model.compared(data)
    as_real, _ = model.compared(replace(data, masks=torch.cat([data.masks[:2], data.made])))
    assert torch.equal(real[:2, :1], fake[:2, :1])
    assert torch.equal(fake[:, :1], as_real[:, :1])
    assert not torch.equal(real[2:, :1], fake[2:, :1])
    assert torch.equal(real, model.compared(replace(data, made=None))[0])


def test_of_made_given_classes_only_discriminators_of_single_classes_are_heard() -> None:
    model, data = conditional(), with_made()
    model.discriminator.eval()
    losses = judged(model, data)
    said, said_of_fake = (model.discriminator(values) for values in model.pair(data))
    joint, alone = (
        [[verdicts[k].of(slice(heard))] for verdicts in (said, said_of_fake)]
        for k, heard in ((0, 2), (1, 4))
    )
    loss = DISCRIMINATOR_LOSSES["relativistic-hinge"]
    torch.testing.assert_close(losses["completion.d"], loss(*joint) + loss(*alone))
    expected = generator_hinge(joint[1]) + generator_hinge(alone[1])
    torch.testing.assert_close(losses["completion.g"], expected)
