"""What the parts of every trainable model do to each other, and what they must not do."""

from __future__ import annotations

from contextlib import suppress

import pytest
import torch
from torch import Tensor, nn

from tests.builders import CRN, FC, UNET
from tissuegan.models import SGAN, ConditionalLabelGAN, ImageGAN, LabelGAN
from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.phases import Step, Trainable, frozen
from tissuegan.models.settings import (
    CompletionSettings,
    CRNSettings,
    DiscriminatorSettings,
    ImageSettings,
    LabelSettings,
    UNetSettings,
)
from tissuegan.region import Region

PYRAMID = DiscriminatorSettings(
    base=4, factors=(1, 2), weights=(0.6, 0.4), depths=(1, 1), class_factors=(2,)
)
LABELS = LabelSettings(generator=FC, discriminator=PYRAMID)


def image_settings(generator: CRNSettings | UNetSettings) -> ImageSettings:
    part = DiscriminatorSettings(base=4, factors=(1, 1), weights=(0.6, 0.4), depths=(1, 2))
    return ImageSettings(generator=generator, discriminator=part)


def trainable(kind: str, classes: int = 2) -> Trainable:
    torch.manual_seed(0)
    if kind == "completion":
        names = tuple(map(str, range(classes)))
        part = CompletionSettings(downsample=1, generator=CRN, discriminator=PYRAMID)
        return ConditionalLabelGAN(Division.of(names, ()), part)
    if kind == "labels":
        return LabelGAN(classes, LABELS)
    if kind == "sgan":
        image = ImageGAN(classes, image_settings(CRN))
        return SGAN(LabelGAN(classes, LABELS), image)
    return ImageGAN(classes, image_settings(CRN if kind == "crn" else UNET))


def step(classes: int = 2, side: int = 96, batch: int = 2) -> Step:
    random = torch.Generator().manual_seed(1)

    def noise(_stream: int, region: Region, channels: int) -> Tensor:
        return torch.randn(batch, channels, *region.shape, generator=random)

    masks = (torch.rand(batch, classes, side, side, generator=random) > 0.5).float()
    return Step(masks, torch.rand(batch, 1, side, side, generator=random) * 2 - 1, noise)


KINDS = ("labels", "crn", "unet", "sgan", "completion")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [1, 2, 3])
def test_each_phase_reaches_all_of_its_network_and_no_other(kind: str, classes: int) -> None:
    if kind == "completion" and classes == 1:
        pytest.skip("one class cannot be divided")
    model, data = trainable(kind, classes), step(classes)
    for phase in model.phases():
        model.zero_grad(set_to_none=True)
        torch.autograd.backward(list(phase.loss(data).values()))
        own = set(phase.network.parameters())
        assert own
        for name, parameter in model.named_parameters():
            assert (parameter.grad is not None) == (parameter in own), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_networks_of_the_phases_are_the_whole_model(kind: str) -> None:
    model = trainable(kind)
    trained = [p for phase in model.phases() for p in phase.network.parameters()]
    assert len(trained) == len(set(trained))
    assert set(trained) == set(model.parameters())
    assert len({phase.name for phase in model.phases()}) == len(model.phases())


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_losses_are_those_of_one_phase_each(kind: str) -> None:
    model, data = trainable(kind), step()
    names = [name for phase in model.phases() for name in phase.loss(data)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", ["labels", "crn"])
def test_fakes_are_drawn_once_a_step(kind: str) -> None:
    model, data = trainable(kind), step()
    asked: list[int] = []
    source = data.noise
    data.noise = lambda stream, region, channels: (
        asked.append(stream) or source(stream, region, channels)  # type: ignore[func-returns-value]
    )
    for phase in model.phases():
        phase.loss(data)
    assert asked
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 3])
def test_a_sheet_has_rows_of_pictures(kind: str, classes: int) -> None:
    model = trainable(kind, classes).eval()
    rows = model.sheet(step(classes))
    assert len(rows) == {"labels": 2, "crn": 3, "unet": 3, "sgan": 5, "completion": 2}[kind]
    for row in rows:
        assert row.shape[:2] == (2, 3)
        assert row.min() >= 0
        assert row.max() <= 1


@pytest.mark.parametrize(("kind", "cell"), [("labels", 2), ("crn", 4), ("unet", 4)])
def test_the_smallest_crop_can_be_learnt_from_and_none_a_cell_smaller(kind: str, cell: int) -> None:
    model = trainable(kind)
    (side,) = model.smallest_crops().values()
    judged(model, step(side=side))
    with pytest.raises((RuntimeError, ValueError)):
        judged(model, step(side=side - cell))


def judged(model: Trainable, data: Step) -> dict[str, Tensor]:
    """The losses of all phases, without a step between them."""
    return {name: loss for phase in model.phases() for name, loss in phase.loss(data).items()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_discriminator_moves_before_its_generator(kind: str) -> None:
    names = [phase.name for phase in trainable(kind).phases()]
    parts = ["labels", "image"] if kind == "sgan" else [names[0].partition(".")[0]]
    assert names == [f"{part}.{who}" for part in parts for who in ("discriminator", "generator")]


def test_generators_of_sgan_are_those_of_its_parts() -> None:
    model = trainable("sgan")
    assert isinstance(model, SGAN)
    assert model.generators() == {
        "labels": model.labels.generator,
        "image": model.image.generator,
    }


def test_freezing_ends_with_the_block_and_wakes_nobody_else() -> None:
    network = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    network[1].requires_grad_(False)
    with suppress(ZeroDivisionError), frozen(network):
        assert not any(p.requires_grad for p in network.parameters())
        raise ZeroDivisionError
    assert [p.requires_grad for p in network.parameters()] == [True, True, False, False]


def test_gradients_pass_through_what_is_frozen() -> None:
    network, values = nn.Linear(1, 1), torch.ones(1, 1, requires_grad=True)
    with frozen(network):
        network(values).sum().backward()
    assert values.grad is not None
    assert values.grad.any()
    assert network.weight.grad is None
