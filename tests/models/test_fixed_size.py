"""Models whose generators know one size only: trained on it, drawn side by side, and marked so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.builders import random_signs
from tests.models.test_phases import judged, step
from tissuegan.classes import LabelClasses
from tissuegan.data.intensity import Intensity
from tissuegan.errors import UserError
from tissuegan.evaluation.seams import border_score
from tissuegan.models import DSGAN, ImageGAN, LabelGAN, Model, load
from tissuegan.models.card import ModelCard, write_model
from tissuegan.models.completion import CompletionSynthesis
from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.dsgan import refuse_unlike
from tissuegan.models.generator_settings import PaddedCRNSettings, PaddedUNetSettings
from tissuegan.models.generators import (
    ConditionalGenerator,
    conditional_generator,
    noise_generator,
)
from tissuegan.models.settings import (
    DiscriminatorSettings,
    ImageSettings,
    LabelSettings,
    SupervisionSettings,
    TransposedSettings,
    VectorSettings,
)
from tissuegan.models.synthesis import ImageSynthesis, Masks
from tissuegan.region import Region
from tissuegan.sampling import Canvas, canvas
from tissuegan.training import load_recipe
from tissuegan.training.build import build

WINDOW = Region(-30, 2**40 + 5, 130, 141)
THIN = (8, 4, 4)
GENERATORS = {
    "vector": VectorSettings(
        vector=6, side=32, noise_channels=3, widths=(8, 6, 4), convs=(1, 1, 1)
    ),
    "dcgan": TransposedSettings(noise_channels=5, widths=THIN),
    "padded": TransposedSettings(noise_channels=5, noise_side=2, widths=THIN, norm="instance"),
}
JUDGE = DiscriminatorSettings(base=4, factors=(1,), weights=(1.0,), depths=(1,))
KINDS = sorted(GENERATORS)


def settings(kind: str) -> LabelSettings:
    fields = {"downsample": 2, "generator": GENERATORS[kind], "discriminator": JUDGE}
    return LabelSettings.model_validate(fields)


@pytest.fixture(params=KINDS)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Model:
    chosen, classes = settings(request.param), ("wall", "blob")
    torch.manual_seed(0)
    network = noise_generator(2, chosen.generator)
    for name, value in network.named_parameters():
        if "strength" not in name and value.ndim == 4:
            torch.nn.init.normal_(value, 0, (3 / value[0].numel()) ** 0.5)
    card = ModelCard(
        model="labels",
        classes=classes,
        colours=LabelClasses(classes).colours,
        pixel_size_nm=4.6,
        labels=chosen,
    )
    write_model(tmp_path / "m", card, {f"labels.{k}": v for k, v in network.state_dict().items()})
    return load(tmp_path / "m")


@pytest.mark.parametrize("kind", KINDS)
def test_patches_are_cut_to_a_field(kind: str) -> None:
    torch.manual_seed(0)
    model = LabelGAN(2, settings(kind))
    assert model.smallest_crops() == {"crop": 2 * (32 + 2)}
    for side in (68, 96):
        real, fake = model.compared(step(side=side))
        assert real.shape == fake.shape == (2, 2, 32, 32)
    assert all(loss.isfinite() for loss in judged(model, step(side=68)).values())


def test_windows_are_bitwise_crops_of_larger_ones(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "LABEL_TILE", 64)
    near, far = Canvas(model, 3)[WINDOW], Canvas(model, 3)[WINDOW.grow(77)].crop(WINDOW)
    assert np.array_equal(near.masks, far.masks)
    assert not np.array_equal(near.masks, Canvas(model, 4)[WINDOW].masks)
    assert 0.02 < near.masks.mean() < 0.98


def test_each_cell_of_the_lattice_is_a_draw_of_its_own(model: Model) -> None:
    assert model.labels is not None
    assert model.labels.stride == 64
    one, other = (model.labels.draw(7, Region(64 * k, 0, 64, 64)) for k in (0, 1))
    both = model.labels.draw(7, Region(0, 0, 128, 64))
    assert np.array_equal(both, np.concatenate([one, other], axis=1))
    assert not np.array_equal(one, other)


def test_borders_between_draws_are_seams_and_the_seams_measure_says_so(model: Model) -> None:
    assert model.labels is not None
    masks = np.stack([model.labels.draw(k, Region(0, 0, 256, 256))[0] for k in range(6)])
    inside = max(border_score(masks, 64, (start,)) for start in range(8, 64, 8))
    assert border_score(masks, 64, (0,)) > max(inside, 2)


CONDITIONAL: dict[str, PaddedCRNSettings | PaddedUNetSettings] = {
    "crn": PaddedCRNSettings(side=32, noise_channels=3, width=6, levels=3),
    "unet": PaddedUNetSettings(side=32, widths=(4, 8, 8, 8)),
}


def blocks(classes: int) -> Callable[[Region], Masks]:
    """Labels (classes, H, W) of blocks, as a function of coordinates."""
    return lambda region: (random_signs(classes, region)[0] > 0).numpy()


def lively(condition: int, outputs: int, kind: str) -> ConditionalGenerator:
    torch.manual_seed(0)
    network = conditional_generator(condition, outputs, CONDITIONAL[kind])
    for value in network.parameters():
        if value.ndim == 4:
            torch.nn.init.normal_(value, 0, (2 / value[0].numel()) ** 0.5)
    return network


@pytest.mark.parametrize("kind", sorted(CONDITIONAL))
def test_an_image_of_one_fixed_size_is_drawn_field_by_field(kind: str) -> None:
    part = ImageSynthesis(lively(2, 1, kind), Intensity(0, 255, "uint8"))
    near = Region(-20, 2**40 - 7, 50, 41)
    far = near.grow(39)
    assert part.context(near) == near.align(32)
    drawn, whole = part.draw(3, near, blocks(2)), part.draw(3, far, blocks(2))
    assert np.array_equal(drawn, whole[far.crop(near)])
    assert drawn.std() > 5
    assert not np.array_equal(drawn, part.draw(4, near, blocks(2)))


@pytest.mark.parametrize("kind", sorted(CONDITIONAL))
@pytest.mark.parametrize("smooth", [False, True])
def test_a_completion_of_one_fixed_size_is_drawn_field_by_field(kind: str, smooth: bool) -> None:
    division = Division((0,), (1, 2))
    part = CompletionSynthesis(lively(1, 2, kind), division, 1, smooth=smooth)
    near = Region(-20, 2**40 - 7, 70, 81)
    far = near.grow(39)
    assert part.stride == 64
    assert part.context(near) == near.align(64).grow(2 * smooth)
    drawn, whole = part.draw(3, near, blocks(1)), part.draw(3, far, blocks(1))
    assert np.array_equal(drawn, whole[(..., *far.crop(near))])
    assert 0.02 < drawn.mean() < 0.98


def test_an_image_field_must_be_a_label_field_for_dsgan() -> None:
    torch.manual_seed(0)
    labels = LabelGAN(2, settings("padded").model_copy(update={"smooth": False}))
    image = ImageGAN(2, ImageSettings(generator=CONDITIONAL["crn"], discriminator=JUDGE))
    with pytest.raises(UserError, match="fields of 32 pixels for labels of 64 pixels"):
        refuse_unlike(labels, image)
    same = CONDITIONAL["crn"].model_copy(update={"side": 64})
    image = ImageGAN(2, ImageSettings(generator=same, discriminator=JUDGE))
    refuse_unlike(labels, image)
    model = DSGAN(labels, image, None, SupervisionSettings())
    assert model.smallest_crops() == {"crop": 64}
    made, drawn = model.synthetic(step(side=64))
    assert made.shape == (2, 2, 64, 64)
    assert drawn.shape == (2, 1, 64, 64)


def test_real_labels_that_are_not_smoothed_are_averages() -> None:
    torch.manual_seed(0)
    model = LabelGAN(2, settings("padded").model_copy(update={"smooth": False}))
    data = step(side=64)
    assert model.smallest_crops() == {"crop": 64}
    cell = data.masks[0, 1, 2:4, 6:8].mean()
    assert float(model.real(data.masks)[0, 1, 1, 3]) == pytest.approx(float(2 * cell - 1))


def test_discriminators_larger_than_a_field_of_one_size_are_told_before_any_step() -> None:
    changes = {"labels.discriminator.depths": "[5]", "labels.smooth": "false", "crop": "256"}
    recipe = load_recipe("dcgan", {"smoke": "true", **changes})
    with pytest.raises(UserError, match="coarsest discriminator needs"):
        build(recipe, ("wall", "blob"))
