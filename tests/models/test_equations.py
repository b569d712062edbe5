"""Equations 1, 2, 3 and 7, each term by hand, and which networks each term of a model reaches."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest
import torch
from torch import Tensor, nn

from tests.builders import CRN, FC
from tests.models.test_phases import judged, step
from tissuegan.models import (
    SGAN,
    ConditionalLabelGAN,
    ImageGAN,
    JointGAN,
    LabelGAN,
    UnsupervisedGAN,
)
from tissuegan.models.adversarial import AdversarialGAN
from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.phases import Trainable
from tissuegan.models.settings import (
    CompletionSettings,
    DiscriminatorSettings,
    ImageSettings,
    JointSettings,
    LabelSettings,
    UnsupervisedSettings,
)
from tissuegan.networks.discriminator import MultiScaleDiscriminator, Scale, Verdict

LOGS = DiscriminatorSettings(
    loss="cross-entropy", base=4, factors=(1, 2), weights=(0.6, 0.4), depths=(1, 1)
)
ALONE = LOGS.model_copy(update={"class_factors": (2,)})


def label_gan() -> LabelGAN:
    return LabelGAN(2, LabelSettings(generator=FC, discriminator=ALONE))


def image_gan() -> ImageGAN:
    return ImageGAN(2, ImageSettings(generator=CRN, discriminator=LOGS))


MODELS: Mapping[str, Callable[[], Trainable]] = {
    "unsupervised": lambda: UnsupervisedGAN(
        UnsupervisedSettings(downsample=1, generator=FC, discriminator=LOGS)
    ),
    "joint": lambda: JointGAN(2, JointSettings(downsample=1, generator=FC, discriminator=ALONE)),
    "labels": label_gan,
    "image": image_gan,
    "sgan": lambda: SGAN(label_gan(), image_gan()),
    "completion": lambda: ConditionalLabelGAN(
        Division((0,), (1,)),
        CompletionSettings(downsample=1, generator=CRN, discriminator=LOGS),
    ),
}
"""Equation 1, 2, the first and second term of 3, both, and the second term on classes."""

REACHED: Mapping[str, Mapping[str, set[str]]] = {
    "unsupervised": {
        "unsupervised.d": {"discriminator"},
        "unsupervised.g": {"generator"},
    },
    "joint": {"joint.d": {"discriminator"}, "joint.g": {"generator"}},
    "labels": {
        "labels.d": {"discriminator"},
        "labels.g": {"generator"},
    },
    "image": {
        "image.d": {"discriminator"},
        "image.g": {"generator"},
        "image.features": {"generator"},
        "image.l1": {"generator"},
    },
    "sgan": {
        "labels.d": {"labels.discriminator"},
        "labels.g": {"labels.generator"},
        "image.d": {"image.discriminator"},
        "image.g": {"image.generator"},
        "image.features": {"image.generator"},
        "image.l1": {"image.generator"},
    },
    "completion": {"completion.d": {"discriminator"}, "completion.g": {"generator"}},
}


SHARED = {
    "unsupervised": (1, 0),
    "joint": (3, 0),
    "labels": (2, 0),
    "image": (3, 2),
    "completion": (2, 1),
}
"""Channels that the discriminator sees, and how many first ones are given: Eq. 1, 2 and 3."""


def made(name: str) -> Trainable:
    torch.manual_seed(0)
    return MODELS[name]()


def networks(model: nn.Module) -> dict[str, nn.Module]:
    """Every generator and discriminator, by its name in the model."""
    ends = ("generator", "discriminator")
    return {n: m for n, m in model.named_modules() if n.rpartition(".")[2] in ends}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_each_term_reaches_the_networks_that_it_should_and_no_other(name: str) -> None:
    model = made(name)
    losses = judged(model, step())
    assert losses.keys() == REACHED[name].keys()
    for term, loss in losses.items():
        model.zero_grad(set_to_none=True)
        torch.autograd.backward(loss, retain_graph=True)
        found = {
            part
            for part, network in networks(model).items()
            if any(p.grad is not None and p.grad.any() for p in network.parameters())
        }
        assert found == REACHED[name][term], term


# sigmoid(log 3) = 3/4. Of what is real scale 1 says log 3 and scale 2 nothing; of fakes scale 1
# says nothing and scale 2 -log 3.
L3 = math.log(3)
SAID = ((L3, 0.0), (0.0, -L3))
WEIGHTS = (0.6, 0.4)


class Known(nn.Module):
    """A discriminator of two scales that knows what is real."""

    normalises = False

    def __init__(self, real: Tensor) -> None:
        super().__init__()
        self.real = real

    def forward(self, values: Tensor) -> list[Verdict]:
        genuine = [any(torch.equal(row, real) for real in self.real) for row in values]
        nothing = [torch.zeros(len(values), 1)]
        return [
            Verdict(torch.tensor([of_real if g else of_fake for g in genuine]), nothing, weight)
            for (of_real, of_fake), weight in zip(SAID, WEIGHTS, strict=True)
        ]


@pytest.mark.parametrize("name", sorted(SHARED))
def test_the_game_of_each_equation_costs_what_its_logarithms_say(name: str) -> None:
    model, data = made(name), step()
    assert isinstance(model, AdversarialGAN | ImageGAN)
    real, _ = model.pair(data)
    setattr(model, "discriminator", Known(real))  # noqa: B010 - it stands in for a network
    losses = judged(model, data)
    three_quarters, half, quarter = math.log(4 / 3), math.log(2), math.log(4)
    # -log D(real) - log(1 - D(fake)): 3/4 and 1/2 at scale 1, 1/2 and 1/4 at scale 2.
    discriminator = 0.6 * (three_quarters + half) + 0.4 * (half + three_quarters)
    assert float(losses[f"{name}.d"]) == pytest.approx(discriminator)
    # -log D(fake)
    assert float(losses[f"{name}.g"]) == pytest.approx(0.6 * half + 0.4 * quarter)


@pytest.mark.parametrize("name", sorted(SHARED))
def test_real_and_fake_share_what_is_given_and_nothing_else(name: str) -> None:
    model, data = made(name), step()
    assert isinstance(model, AdversarialGAN | ImageGAN)
    real, fake = model.pair(data)
    channels, given = SHARED[name]
    assert real.shape == fake.shape
    assert real.shape[1] == channels
    assert torch.equal(real[:, :given], fake[:, :given])
    for channel in range(given, channels):
        assert not torch.isclose(real[:, channel], fake[:, channel]).all()


def test_the_value_of_equation_3_is_the_sum_of_its_terms() -> None:
    """Eq. 4: no network occurs in both terms, so that each can be trained alone."""
    together, data = made("sgan"), step()
    terms = {term.partition(".")[0] for term in judged(together, data)}
    assert terms == {"labels", "image"}
    of_labels, of_image = (
        {id(p) for name, p in together.named_parameters() if name.startswith(part)}
        for part in ("labels", "image")
    )
    assert of_labels.isdisjoint(of_image)


def test_the_first_level_of_equation_7_is_the_input_and_each_next_an_average() -> None:
    torch.manual_seed(0)
    scales = (Scale(1, 0.6, 1), Scale(2, 0.4, 1))
    network = MultiScaleDiscriminator(1, 2, scales).eval()
    values = torch.arange(32.0 * 32).reshape(1, 1, 32, 32) / 1024
    small = values.reshape(1, 1, 16, 2, 16, 2).mean((3, 5))
    said = network(values)
    assert [verdict.weight for verdict in said] == [0.6, 0.4]
    for verdict, part, level in zip(said, network.parts, (values, small), strict=True):
        torch.testing.assert_close(verdict.logits, part(level)[0])
