from __future__ import annotations

import pytest
import torch

from tests.builders import CRN, UNET
from tests.models.test_phases import image_settings, judged, step, trainable
from tissuegan.models import ImageGAN
from tissuegan.models.generators import conditional_generator
from tissuegan.models.objective import (
    coarse_distance,
    discriminator_hinge,
    feature_distance,
    generator_hinge,
)
from tissuegan.models.phases import Step
from tissuegan.networks.crn import CRNGenerator
from tissuegan.networks.unet import UNetGenerator


def image_gan(kind: str = "crn") -> ImageGAN:
    model = trainable(kind)
    assert isinstance(model, ImageGAN)
    return model


@pytest.mark.parametrize("kind", ["crn", "unet"])
def test_a_fake_lies_on_the_labels_and_the_image_that_it_is_compared_with(kind: str) -> None:
    model, data = image_gan(kind), step()
    real, fake = model.pair(data)
    lost = model.generator.geometry().margin
    assert data.image is not None
    inner = (..., slice(lost, -lost), slice(lost, -lost))
    assert torch.equal(real[:, :2], data.masks[inner] * 2 - 1)
    assert torch.equal(fake[:, :2], real[:, :2])
    assert torch.equal(real[:, 2:], data.image[inner])
    assert not torch.equal(fake[:, 2:], real[:, 2:])


def test_the_networks_see_the_part_of_a_patch_that_the_settings_say() -> None:
    model, data = image_gan(), step()
    part = ImageGAN(2, image_settings(CRN).model_copy(update={"crop": 72}))
    masks, image = part.patch(data)
    assert data.image is not None
    assert torch.equal(masks, data.masks[..., :72, :72])
    assert torch.equal(image, data.image[..., :72, :72])
    assert model.patch(data)[0].shape[-2:] == (96, 96)


def test_the_losses_are_those_of_equation_3_with_their_weights() -> None:
    settings = image_settings(CRN).model_copy(update={"l1": 3.0, "features": 0.5})
    model, data = ImageGAN(2, settings), step()
    model.discriminator.eval()  # so that the estimate of the spectral norm stands still
    losses = judged(model, data)
    real, fake = model.pair(data)
    said, said_of_fake = model.discriminator(real), model.discriminator(fake)
    expected = {
        "image.d": discriminator_hinge(said, said_of_fake),
        "image.g": generator_hinge(said_of_fake),
        "image.features": 0.5 * feature_distance(said, said_of_fake),
        "image.l1": 3 * coarse_distance(real[:, -1:], fake[:, -1:]),
    }
    assert losses.keys() == expected.keys()
    for name, loss in losses.items():
        torch.testing.assert_close(loss, expected[name])


def test_an_image_model_needs_images() -> None:
    data = step()
    with pytest.raises(ValueError, match="needs images"):
        image_gan().pair(Step(data.masks, None, data.noise))


def test_the_settings_choose_the_network() -> None:
    assert isinstance(conditional_generator(2, 1, CRN), CRNGenerator)
    assert isinstance(conditional_generator(2, 1, UNET), UNetGenerator)
