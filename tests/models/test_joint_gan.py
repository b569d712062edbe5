from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.builders import FC, fc_generator
from tests.models.test_phases import PYRAMID, judged, step
from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models import JointGAN, Model, UnsupervisedGAN, load
from tissuegan.models.card import IntensityCard, ModelCard, write_model
from tissuegan.models.objective import DISCRIMINATOR_LOSSES, generator_hinge
from tissuegan.models.settings import JointSettings, UnsupervisedSettings
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Rendering, canvas


def joint(downsample: int) -> JointGAN:
    torch.manual_seed(0)
    fields = {"downsample": downsample, "generator": FC, "discriminator": PYRAMID}
    return JointGAN(2, JointSettings.model_validate(fields))


@pytest.mark.parametrize("downsample", [1, 2])
def test_labels_and_image_are_compared_at_once(downsample: int) -> None:
    model, data = joint(downsample), step()
    real, fake = model.compared(data)
    side = 96 // downsample - 2
    assert real.shape == fake.shape == (2, 3, side, side)
    assert data.image is not None
    cell = data.image[0, 0, downsample : 2 * downsample, downsample : 2 * downsample]
    assert float(real[0, 2, 0, 0]) == pytest.approx(float(cell.mean()), abs=1e-6)


def test_the_losses_are_those_of_equation_2() -> None:
    model, data = joint(2), step()
    model.discriminator.eval()  # so that the estimate of the spectral norm stands still
    losses = judged(model, data)
    real, fake = model.pair(data)
    said, said_of_fake = model.discriminator(real), model.discriminator(fake)
    torch.testing.assert_close(losses["joint.g"], generator_hinge(said_of_fake))
    expected = DISCRIMINATOR_LOSSES[PYRAMID.loss](said, said_of_fake)
    torch.testing.assert_close(losses["joint.d"], expected)


def test_equation_1_is_played_on_images_alone() -> None:
    settings = UnsupervisedSettings(downsample=1, generator=FC, discriminator=PYRAMID)
    model = UnsupervisedGAN(settings)
    data = step()
    assert judged(model, data).keys() == {"unsupervised.d", "unsupervised.g"}
    assert data.image is not None
    assert torch.equal(model.target(data), data.image[..., 1:-1, 1:-1])


@pytest.fixture
def model(tmp_path: Path) -> Model:
    classes = ("wall", "blob")
    card = ModelCard(
        model="joint",
        classes=classes,
        colours=LabelClasses(classes).colours,
        pixel_size_nm=4.6,
        intensity=IntensityCard(low=0, high=65535, dtype="uint16"),
        joint=JointSettings(downsample=2, generator=FC),
    )
    drawn = fc_generator(3).state_dict()
    write_model(tmp_path / "m", card, {f"joint.{key}": value for key, value in drawn.items()})
    return load(tmp_path / "m")


def test_windows_of_a_joint_canvas_are_bitwise_crops_of_larger_ones(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "LABEL_TILE", 48)
    monkeypatch.setattr(canvas, "IMAGE_TILE", 48)
    window = Region(-30, 2**40 + 5, 50, 61)
    near, far = Canvas(model, 3)[window], Canvas(model, 3)[window.grow(77)].crop(window)
    assert near.image is not None
    assert far.image is not None
    assert np.array_equal(near.masks, far.masks)
    assert np.array_equal(near.image, far.image)
    assert near.image.std() > 100
    assert 0.05 < near.masks.mean() < 0.95


def test_a_joint_model_renders_no_given_labels(model: Model) -> None:
    with pytest.raises(UserError, match="makes no images of given labels"):
        Rendering(model, Canvas(model))
