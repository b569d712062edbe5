from __future__ import annotations

import pytest
import torch

from tests.builders import FC
from tests.models.test_phases import PYRAMID, judged, step, trainable
from tissuegan.models import LabelGAN
from tissuegan.models.objective import DISCRIMINATOR_LOSSES, generator_hinge
from tissuegan.models.settings import LabelSettings


def label_gan() -> LabelGAN:
    model = trainable("labels")
    assert isinstance(model, LabelGAN)
    return model


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_real_labels_are_averaged_smoothed_and_signed(factor: int) -> None:
    settings = LabelSettings.model_validate(
        {"downsample": factor, "generator": FC, "discriminator": PYRAMID}
    )
    model, masks = LabelGAN(2, settings), step(side=24).masks[:1]
    real = model.real(masks)
    side = 24 // factor
    assert real.shape == (1, 2, side - 2, side - 2)
    weights = {-1: 1, 0: 2, 1: 1}
    for channel in range(2):
        for y, x in ((1, 1), (side - 2, 2), (3, side - 3)):
            total = 0.0
            for dy, down in weights.items():
                for dx, across in weights.items():
                    top, left = (y + dy) * factor, (x + dx) * factor
                    cell = masks[0, channel, top : top + factor, left : left + factor]
                    total += down * across / 16 * float(cell.mean())
            assert float(real[0, channel, y - 1, x - 1]) == pytest.approx(2 * total - 1, abs=1e-6)


def test_real_labels_reach_both_ends_where_there_is_room() -> None:
    masks = torch.zeros(1, 2, 32, 32)
    masks[:, 1] = 1
    real = label_gan().real(masks)
    assert (real[:, 0] == -1).all()
    assert (real[:, 1] == 1).all()


@pytest.mark.parametrize("size", [(1, 1), (17, 46), (46, 46)])
def test_labels_are_drawn_at_any_size(size: tuple[int, int]) -> None:
    labels = label_gan().draw(step(), size)
    assert labels.shape == (2, 2, *size)
    assert labels.abs().max() < 1


def test_fakes_are_as_large_as_the_real_labels() -> None:
    real, fake = label_gan().pair(step())
    assert real.shape == fake.shape


def test_the_losses_are_those_of_equation_7() -> None:
    model, data = label_gan(), step()
    model.discriminator.eval()  # so that the estimate of the spectral norm stands still
    losses = judged(model, data)
    real, fake = model.pair(data)
    said, said_of_fake = model.discriminator(real), model.discriminator(fake)
    torch.testing.assert_close(losses["labels.g"], generator_hinge(said_of_fake))
    expected = DISCRIMINATOR_LOSSES[model.settings.discriminator.loss](said, said_of_fake)
    torch.testing.assert_close(losses["labels.d"], expected)


def test_a_class_among_several_has_discriminators_of_its_own() -> None:
    def scales(classes: int) -> list[tuple[int, ...] | None]:
        model = LabelGAN(classes, LabelSettings(generator=FC, discriminator=PYRAMID))
        return [scale.channels for scale in model.discriminator.scales]

    assert scales(1) == [None, None]
    assert scales(3) == [None, None, (0,), (1,), (2,)]
