from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.builders import CRN, FC, fc_generator, write_tiny_model
from tests.training.conftest import CLASSES, Trainers
from tissuegan.errors import UserError
from tissuegan.models import (
    SGAN,
    ConditionalLabelGAN,
    ImageGAN,
    LabelGAN,
    Segmenter,
    UnsupervisedGAN,
)
from tissuegan.models.card import listed, read_model, write_model
from tissuegan.training import checkpoint, load_recipe
from tissuegan.training.average import Average
from tissuegan.training.build import averaged_weights, build, card
from tissuegan.training.loop import Trainer

TINY = {
    "smoke": "true",
    "labels.generator": FC.model_dump_json().replace(":", "="),
    "labels.discriminator.class_factors": "[]",
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("labels", LabelGAN),
        ("image", ImageGAN),
        ("image-unet", ImageGAN),
        ("sgan", SGAN),
        ("sgan-completion", SGAN),
        ("mitochondria", ConditionalLabelGAN),
        ("mitochondria-unet", ConditionalLabelGAN),
        ("segmenter", Segmenter),
    ],
)
def test_a_recipe_is_built_as_its_model(name: str, kind: type) -> None:
    assert type(build(load_recipe(name, {"smoke": "true"}), CLASSES)) is kind


def test_weights_are_a_function_of_the_seed_and_nothing_else() -> None:
    first = build(load_recipe("labels", TINY), CLASSES).state_dict()
    torch.manual_seed(99)
    torch.randn(3)
    state = torch.random.get_rng_state()
    again = build(load_recipe("labels", TINY), CLASSES).state_dict()
    other = build(load_recipe("labels", {**TINY, "seed": "1"}), CLASSES).state_dict()
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["generator.head.weight"], other["generator.head.weight"])


@pytest.mark.parametrize("inside", ["", "model"])
def test_a_part_begins_from_a_model_trained_before(inside: str, tmp_path: Path) -> None:
    write_tiny_model(tmp_path / inside)
    model = build(load_recipe("labels", {**TINY, "labels.start": str(tmp_path)}), CLASSES)
    assert isinstance(model, LabelGAN)
    there = fc_generator().state_dict()
    for key, value in model.generator.state_dict().items():
        torch.testing.assert_close(value, there[key], rtol=1e-3, atol=1e-3)


def test_a_start_of_another_shape_is_told(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    changes = {"smoke": "true", "labels.start": str(tmp_path)}
    with pytest.raises(UserError, match=r"no labels generator of this recipe's shape"):
        build(load_recipe("labels", changes), CLASSES)


def test_a_segmenter_of_another_shape_is_told_which_field_to_set() -> None:
    changes = {"smoke": "true", "segmenter.start": "vnc-segmenter"}
    changes["segmenter.widths"] = "[8, 8, 8, 8, 8, 8]"
    with pytest.raises(UserError, match=r"or segmenter\.widths to its settings"):
        build(load_recipe("dsgan-pretrained", changes), CLASSES)


def test_the_recipes_that_take_a_segmenter_over_take_the_shipped_one() -> None:
    shipped = load_recipe("unsupervised", {"segmenter.start": "vnc-segmenter"})
    assert isinstance(build(shipped, CLASSES), UnsupervisedGAN)


def test_a_start_without_the_part_is_told(tmp_path: Path) -> None:
    write_tiny_model(tmp_path, labels=False, image=CRN)
    with pytest.raises(UserError, match="no labels generator"):
        build(load_recipe("labels", {**TINY, "labels.start": str(tmp_path)}), CLASSES)


def run_of(trainers: Trainers, folder: Path, name: str, **changes: str) -> Trainer:
    """A run folder after a step: a checkpoint, and a model."""
    trainer = trainers(name, **changes)
    trainer.advance()
    checkpoint.save(folder / "checkpoint", trainer.state())
    drawn = averaged_weights(trainer.average)
    write_model(folder / "model", card(trainer.recipe, trainers.sections, 1), drawn)
    return trainer


@pytest.mark.parametrize("before", ["labels", "sgan"])
def test_a_part_takes_over_the_discriminators_of_a_run(
    before: str, trainers: Trainers, tmp_path: Path
) -> None:
    there = run_of(trainers, tmp_path, before).module.state_dict()
    model = build(trainers.recipe("sgan", **{"labels.start": str(tmp_path)}), CLASSES)
    prefix = "labels." if before == "sgan" else ""
    for key, value in model.state_dict().items():
        if key.startswith("labels.discriminator."):
            assert torch.equal(value, there[prefix + key.removeprefix("labels.")]), key


def test_a_card_tells_of_each_part_where_it_began_and_nothing_of_the_others(
    trainers: Trainers, tmp_path: Path
) -> None:
    began = card(run_of(trainers, tmp_path / "first", "labels").recipe, trainers.sections, 1)
    recipe = trainers.recipe("sgan", **{"labels.start": str(tmp_path / "first")})
    told = "; ".join(f"{key} {value}" for key, value in began.training.items())
    for steps, expected in ((0, told), (7, f"{told}; then steps 7; ")):
        joined = card(recipe, trainers.sections, steps)
        write_model(tmp_path / "joined", joined, {})
        starts = dict.fromkeys(("labels.start", "image.start"), str(tmp_path / "joined"))
        lines = card(trainers.recipe("sgan", **starts), trainers.sections, 0).training
        assert lines["labels began from"].startswith(expected)
        assert lines["image began from"].startswith(f"steps {steps}; ")


def test_a_part_that_begins_from_the_model_in_a_run_has_new_discriminators(
    trainers: Trainers, tmp_path: Path
) -> None:
    run_of(trainers, tmp_path, "labels")
    begun = build(trainers.recipe(**{"labels.start": str(tmp_path / "model")}), CLASSES)
    new = build(trainers.recipe(), CLASSES).state_dict()
    for key, value in begun.state_dict().items():
        if key.startswith("discriminator."):
            assert torch.equal(value, new[key]), key


def test_a_part_that_begins_from_a_run_without_discriminators_has_new_ones(
    trainers: Trainers, tmp_path: Path
) -> None:
    first, refined = tmp_path / "first", tmp_path / "refined"
    run_of(trainers, first, "labels")
    like_first = {
        "labels.generator.widths": "[16, 16, 8, 8]",
        "labels.generator.convs": "[1, 1, 1, 1]",
        "labels.generator.regions": "0",
    }
    run_of(trainers, refined, "labels-refine", **{"labels.start": str(first), **like_first})
    begun = build(trainers.recipe(**{"labels.start": str(refined)}), CLASSES).state_dict()
    new = build(trainers.recipe(), CLASSES).state_dict()
    assert all(torch.equal(begun[key], new[key]) for key in new if key.startswith("discriminator."))
    assert any(not torch.equal(begun[key], new[key]) for key in new)


def test_a_scale_that_the_run_did_not_have_begins_as_its_first(
    trainers: Trainers, tmp_path: Path
) -> None:
    there = run_of(trainers, tmp_path, "labels-fine").module.state_dict()
    scales = {f"labels.discriminator.{key}": "[2, 1]" for key in ("factors", "weights")}
    more = {"labels.start": str(tmp_path), "labels.discriminator.depths": "[2, 2]", **scales}
    begun = build(trainers.recipe("labels-fine", **more), CLASSES).state_dict()
    judges = {key: value for key, value in begun.items() if key.startswith("discriminator.")}
    assert any(key.startswith("discriminator.parts.1.") for key in judges)
    for key, value in judges.items():
        assert torch.equal(value, there[key.replace("parts.1.", "parts.0.")]), key


def test_discriminators_of_another_shape_are_told_with_both_ways_out(
    trainers: Trainers, tmp_path: Path
) -> None:
    run_of(trainers, tmp_path, "labels")
    more = {"labels.start": str(tmp_path), "labels.discriminator.base": "12"}
    with pytest.raises(UserError, match=r"labels\.discriminator.*labels\.start=.*model"):
        build(trainers.recipe(**more), CLASSES)


def test_a_start_that_is_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        build(load_recipe("labels", {**TINY, "labels.start": str(tmp_path / "nowhere")}), CLASSES)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("labels", {"crop": "100"}, "crop=100"),
        ("image", {"crop": "100"}, "crop=100"),
        ("sgan", {"image.crop": "100"}, "image.crop=100"),
        ("segmenter", {"crop": "63"}, "crop=63"),
    ],
)
def test_patches_too_small_for_the_discriminators_are_told(
    name: str, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(UserError, match=told):
        build(load_recipe(name, changes), CLASSES)


def test_the_card_says_what_was_trained_on_what(trainers: Trainers) -> None:
    recipe = trainers.recipe("sgan")
    described = card(recipe, trainers.sections, 5)
    assert described.model == "sgan"
    assert described.classes == ("membrane", "mitochondrion")
    assert described.pixel_size_nm == 4.6
    assert described.intensity is not None
    assert (described.intensity.low, described.intensity.high) == (0, 255)
    assert (described.labels, described.image) == (recipe.labels, recipe.image)
    assert described.training["steps"] == "5"
    assert described.training["sections"] == "00, 01, 02"


def test_the_card_of_labels_alone_has_no_grey_levels(trainers: Trainers) -> None:
    assert card(trainers.recipe("labels"), trainers.sections, 5).intensity is None


def test_what_is_stored_are_the_averaged_generators() -> None:
    model = build(load_recipe("sgan", {"smoke": "true"}), CLASSES)
    average = Average(model, 0.9)
    stored = averaged_weights(average)
    assert {key.partition(".")[0] for key in stored} == {"labels", "image"}
    kept = average.networks()["image"].state_dict()
    assert torch.equal(stored["image.head.weight"], kept["head.weight"])
    assert not [key for key in stored if "discriminator" in key]


def test_the_card_names_the_sections_that_a_part_began_with(
    trainers: Trainers, tmp_path: Path
) -> None:
    write_tiny_model(tmp_path)
    told = read_model(tmp_path)
    before = told[0].model_copy(update={"training": {"sections": "77, 9"}})
    write_model(tmp_path, before, told[1])
    recipe = load_recipe("labels", {**TINY, "labels.start": str(tmp_path)})
    own = [section.name for section in trainers.sections]
    assert set(listed(card(recipe, trainers.sections, 0).training["sections"])) == {"77", "9", *own}
