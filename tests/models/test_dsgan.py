"""Eq. 5 and 6: which pairs are compared, what each term weighs, and whom it reaches."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.builders import CRN
from tests.models.test_phases import LABELS, image_settings, judged, step
from tissuegan.errors import UserError
from tissuegan.models import DSGAN, ImageGAN, LabelGAN
from tissuegan.models.settings import (
    ImageSettings,
    LabelSettings,
    Parts,
    SegmenterSettings,
    SupervisionSettings,
)
from tissuegan.networks.discriminator import Verdict
from tissuegan.networks.segmentation import SegmentationNetwork

TERMS = {
    "reconstruction.real": {"F"},
    "reconstruction.cycle": {"G_x", "F"},
    "reconstruction.synthetic": {"G_y", "G_x", "F"},
    "labels.g": {"G_y"},
    "image.g": {"G_x"},
    "labels.d": {"D_y"},
    "image.d": {"D_x"},
}
TINY = SegmenterSettings(widths=(2, 2, 2, 2, 2, 2), factor=2)


def dsgan(**changes: object) -> DSGAN:
    torch.manual_seed(0)
    settings = SupervisionSettings.model_validate(
        {"reg": 2, "cyc": 3, "cyc_synthetic": 5} | changes
    )
    labels, image = LabelGAN(2, LABELS), ImageGAN(2, image_settings(CRN))
    network = SegmentationNetwork(2, TINY.widths, TINY.factor)
    return DSGAN(labels, image, None if settings.pairs == "synthetic" else network, settings)


def reached(model: DSGAN, loss: torch.Tensor) -> set[str]:
    """The networks with a gradient that is not zero."""
    model.zero_grad(set_to_none=True)
    torch.autograd.backward(loss, retain_graph=True)
    networks: dict[str, nn.Module] = {
        "G_y": model.labels.generator,
        "D_y": model.labels.discriminator,
        "G_x": model.image.generator,
        "D_x": model.image.discriminator,
    }
    if model.reconstructor is not None:
        networks["F"] = model.reconstructor
    found = {}
    for name, network in networks.items():
        found[name] = any(p.grad is not None and p.grad.any() for p in network.parameters())
    return {name for name, there in found.items() if there}


def test_each_term_of_equation_6_reaches_the_networks_that_it_should_and_no_other() -> None:
    model, data = dsgan(), step(side=128)
    losses = judged(model, data)
    assert {*losses} == {*TERMS, "image.features", "image.l1"}
    for name, networks in TERMS.items():
        assert reached(model, losses[name]) == networks, name


def test_the_way_back_to_the_label_generator_can_be_cut() -> None:
    losses = judged(model := dsgan(through_labels=False), step(side=128))
    assert reached(model, losses["reconstruction.synthetic"]) == {"G_x", "F"}


def test_a_frozen_reconstructor_is_not_trained_and_has_no_term_of_its_own() -> None:
    model = dsgan(frozen=True)
    assert model.reconstructor is not None
    losses = judged(model, step(side=128))
    assert "reconstruction.real" not in losses
    assert reached(model, losses["reconstruction.cycle"]) == {"G_x"}
    trained = {p for phase in model.phases() for p in phase.network.parameters()}
    assert trained.isdisjoint(model.reconstructor.parameters())
    assert not model.reconstructor.training


def test_the_reconstruction_terms_are_weighted_cross_entropies() -> None:
    model, data = dsgan(), step(side=128)
    assert model.reconstructor is not None
    model.reconstructor.eval()
    losses = model.reconstruction(data)
    assert data.image is not None

    def entropy(labels: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
        assert model.reconstructor is not None
        seen = torch.sigmoid(model.reconstructor(image))
        return -(labels * seen.log() + (1 - labels) * (1 - seen).log()).mean()

    torch.testing.assert_close(losses["reconstruction.real"], 2 * entropy(data.masks, data.image))
    fake = model.image.pair(data)[1][..., :96, :96]
    cycle = 3 * entropy((fake[:, :2] + 1) / 2, fake[:, 2:])
    torch.testing.assert_close(losses["reconstruction.cycle"], cycle)
    labels, image = (part[..., :64, :64] for part in model.synthetic(data))
    synthetic = 5 * entropy((labels + 1) / 2, image)
    torch.testing.assert_close(losses["reconstruction.synthetic"], synthetic)


def test_the_distance_is_that_of_equation_6_on_values_by_hand() -> None:
    model = dsgan()

    class Known(SegmentationNetwork):
        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return torch.full((1, 2, *image.shape[-2:]), 1.5)

    model.reconstructor = Known(2, TINY.widths, TINY.factor)
    labels = torch.zeros(1, 2, 32, 32)
    labels[:, 0] = 1
    found = model.distance(labels, torch.zeros(1, 1, 32, 32))
    # -log sigmoid(1.5) = 0.2014, -log(1 - sigmoid(1.5)) = 1.7014
    assert float(found) == pytest.approx((0.20141 + 1.70141) / 2, abs=1e-4)


def test_end_to_end_compares_synthetic_pairs_and_teaches_the_label_generator() -> None:
    model, data = dsgan(pairs="synthetic"), step(side=128)
    losses = judged(model, data)
    assert losses.keys() == {"labels.d", "labels.g", "image.d", "image.g"}
    assert reached(model, losses["image.g"]) == {"G_y", "G_x"}
    assert reached(model, losses["image.d"]) == {"D_x"}
    real, fake = model.compared(data)
    assert real.shape == fake.shape


def test_real_labels_of_equation_5_are_soft_and_lie_on_their_image() -> None:
    model, data = dsgan(pairs="synthetic"), step(side=128)
    data.masks.zero_()
    data.masks[..., 40:80, 32:64] = 1
    assert data.image is not None
    data.image.copy_(data.masks[:, :1])
    real = model.compared(data)[0]
    labels, image = real[:, :2], real[:, 2:]
    slope = labels.abs() < 1
    assert slope.any()
    assert (labels[:, :1][~slope[:, :1]] > 0).equal(image[~slope[:, :1]] > 0)


class Said(nn.Module):
    """A discriminator that says 0.5 of every real pair and -0.25 of the others, weighted by 2."""

    normalises = False

    def __init__(self, real: torch.Tensor) -> None:
        super().__init__()
        self.real = real

    def forward(self, values: torch.Tensor) -> list[Verdict]:
        genuine = [any(torch.equal(row, real) for real in self.real) for row in values]
        said = torch.tensor([0.5 if each else -0.25 for each in genuine])
        return [Verdict(said, [torch.zeros(len(values), 1)], 2.0)]


def test_the_game_of_equation_5_costs_what_its_hinges_say() -> None:
    model, data = dsgan(pairs="synthetic"), step(side=128)
    setattr(model.image, "discriminator", Said(model.compared(data)[0]))  # noqa: B010
    # 2 (1 - 0.5) for what is real, 2 (1 - 0.25) for what is not; the generator is charged 2 * 0.25
    assert float(model.discriminator_loss(data)["image.d"]) == pytest.approx(2 * 0.5 + 2 * 0.75)
    assert float(model.generators_loss(data)["image.g"]) == pytest.approx(2 * 0.25)


def test_synthetic_labels_lie_on_their_images() -> None:
    model, data = dsgan(), step(side=128)
    labels, image = model.synthetic(data)
    assert labels.shape[-2:] == image.shape[-2:]
    assert labels.shape[:2] == (2, 2)


def test_a_frozen_reconstructor_must_come_from_somewhere() -> None:
    parts = Parts(
        labels=LabelSettings(),
        image=ImageSettings(),
        segmenter=SegmenterSettings(),
        supervision=SupervisionSettings(frozen=True),
    )
    with pytest.raises(UserError, match=r"segmenter\.start"):
        DSGAN.of(("a", "b"), parts)


def test_a_frozen_reconstructor_that_is_not_named_is_told() -> None:
    parts = Parts(
        labels=LabelSettings(), image=ImageSettings(), supervision=SupervisionSettings(frozen=True)
    )
    with pytest.raises(UserError, match=r"segmenter\.start"):
        DSGAN.of(("a", "b"), parts)
