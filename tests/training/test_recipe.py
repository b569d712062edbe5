from __future__ import annotations

from pathlib import Path

import pytest

from tissuegan.errors import UserError
from tissuegan.models.settings import CRNSettings, ImageSettings, LabelSettings, UNetSettings
from tissuegan.training import Recipe, load_recipe, recipe_names

ALL = [(name, smoke) for name in recipe_names() for smoke in ("false", "true")]

PAPER = (
    *("dcgan", "dsgan", "image", "joint", "labels"),
    *("mitochondria", "non-fc", "non-ms", "sgan", "unsupervised"),
)

# Run folders that exist hold this: it must stay readable.
WRITTEN_BEFORE = """
model = "sgan"
steps = 4500
batch = 4
crop = 512
seed = 0
checkpoint_every = 250
sample_every = 250
record_every = 10
ema = 0.998
precision = "bf16-mixed"
classes = []

[labels]
downsample = 2
generator = { noise_channels = 16, widths = [256, 128], convs = [2, 1] }
discriminator = { base = 32, factors = [1, 2], weights = [0.4, 0.35], depths = [3, 3], \
class_factors = [2, 4], class_weight = 0.3 }
generator_optimiser = { rate = 0.0002, beta1 = 0.0, beta2 = 0.99, decay = 0.4 }
discriminator_optimiser = { rate = 0.0004, beta1 = 0.0, beta2 = 0.99, decay = 0.4 }

[image]
crop = 352
l1 = 5.0
features = 2.0
start = "elsewhere"
generator = { kind = "crn", noise_channels = 8, widths = [96, 16], convs = [2, 1] }
discriminator = { base = 32, factors = [1, 1, 2], weights = [0.4, 0.3, 0.3], depths = [2, 3, 3], \
class_factors = [], class_weight = 0.3 }
generator_optimiser = { rate = 0.0002, beta1 = 0.0, beta2 = 0.99, decay = 0.4 }
discriminator_optimiser = { rate = 0.0004, beta1 = 0.0, beta2 = 0.99, decay = 0.4 }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_recipes_of_the_library_are_these() -> None:
    assert recipe_names() == (
        "completion",
        "dcgan",
        "dsgan",
        "dsgan-pretrained",
        "end-to-end",
        "image",
        "image-unet",
        "joint",
        "labels",
        "labels-few",
        "labels-fine",
        "labels-first",
        "labels-refine",
        "mitochondria",
        "mitochondria-unet",
        "non-fc",
        "non-ms",
        *(f"paper/{name}" for name in PAPER),
        "segmenter",
        "sgan",
        "sgan-completion",
        "sgan-reconstructor",
        "unsupervised",
    )


@pytest.mark.parametrize(("name", "smoke"), ALL)
def test_a_recipe_survives_toml(name: str, smoke: str, tmp_path: Path) -> None:
    recipe = load_recipe(name, {"smoke": smoke})
    assert load_recipe(written(tmp_path, recipe.to_toml())) == recipe


def test_a_recipe_with_every_field_set_survives_toml(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, WRITTEN_BEFORE))
    assert load_recipe(written(tmp_path, recipe.to_toml())) == recipe


def test_recipes_of_runs_made_before_are_read(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, WRITTEN_BEFORE))
    assert recipe.labels is not None
    assert recipe.image is not None
    assert (recipe.steps, recipe.ema, recipe.image.crop) == (4500, 0.998, 352)
    assert recipe.labels.generator.widths == (256, 128)
    assert recipe.image.generator == CRNSettings(widths=(96, 16), convs=(2, 1))
    assert recipe.image.start == "elsewhere"
    assert recipe.image.discriminator_optimiser.rate == 4e-4


def test_setting_one_field_of_an_optimiser_leaves_its_others_as_they_are() -> None:
    set_fields = {"labels.discriminator_optimiser.decay": "0.6"}
    labels = load_recipe("labels", set_fields).labels
    segmenter = load_recipe("segmenter", {"segmenter.optimiser.rate": "8e-4"}).segmenter
    assert labels is not None
    assert segmenter is not None
    discriminator, supervised = labels.discriminator_optimiser, segmenter.optimiser
    assert (discriminator.rate, discriminator.decay) == (4e-4, 0.6)
    assert (supervised.rate, supervised.beta1, supervised.decay) == (8e-4, 0.9, 0.6)


@pytest.mark.parametrize("name", recipe_names())
def test_the_smoke_size_is_small_and_otherwise_the_recipe(name: str) -> None:
    full, smoke = load_recipe(name), load_recipe(name, {"smoke": "true"})
    assert smoke.steps <= 10
    assert smoke.crop <= 192
    assert (smoke.model, smoke.seed, smoke.ema) == (full.model, full.seed, full.ema)


def test_fields_are_set_by_their_dotted_names() -> None:
    recipe = load_recipe(
        "sgan",
        {
            "steps": "7",
            "seed": "3",
            "ema": "0.5",
            "classes": '["cell wall", "b"]',
            "labels.generator.widths": "[8, 4]",
            "labels.generator.convs": "[1, 1]",
            "labels.start": "runs/before",
            "image.generator_optimiser.rate": "1e-3",
            "image.crop": "100",
        },
    )
    assert recipe.labels is not None
    assert recipe.image is not None
    assert (recipe.steps, recipe.seed, recipe.ema) == (7, 3, 0.5)
    assert recipe.classes == ("cell wall", "b")
    assert recipe.labels.generator.widths == (8, 4)
    assert recipe.labels.start == "runs/before"
    assert recipe.image.generator_optimiser.rate == 1e-3
    assert recipe.image.discriminator_optimiser.rate == 4e-4
    assert recipe.image.crop == 100


def test_what_is_set_outright_wins_over_the_smoke_size() -> None:
    recipe = load_recipe("labels", {"steps": "3", "smoke": "true"})
    assert recipe.steps == 3
    assert recipe.batch == 2


def test_a_part_can_be_replaced_by_a_table() -> None:
    recipe = load_recipe("image", {"image.generator": '{kind = "unet", widths = [4, 8]}'})
    assert recipe.image is not None
    assert recipe.image.generator == UNetSettings(widths=(4, 8))


def test_a_recipe_completes_the_parts_that_its_model_has(tmp_path: Path) -> None:
    few = 'model = "{}"\nsteps = 1\nbatch = 1\ncrop = 500\n'
    sgan = load_recipe(written(tmp_path, few.format("sgan")))
    assert (sgan.labels, sgan.image) == (LabelSettings(), ImageSettings())
    labels = load_recipe(written(tmp_path, few.format("labels")))
    assert (labels.labels, labels.image) == (LabelSettings(), None)
    assert load_recipe(written(tmp_path, few.format("image"))).labels is None


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("colour", "1", "no field 'colour'"),
        ("labels.generator.depth", "1", "no field 'labels.generator.depth'"),
        ("image.generator.depth", "1", "no field 'image.generator.depth'"),
        ("steps", "many", "'steps'"),
        ("steps", "-1", "'steps'"),
        ("batch", "0", "'batch'"),
        ("seed", "-1", "'seed'"),
        ("ema", "1.0", "'ema'"),
        ("settled", "1.5", "'settled'"),
        ("precision", "64", "'precision'"),
        ("model", "gan", "'model'"),
        ("labels", "5", "'labels'"),
        ("labels.downsample", "3", "'labels.downsample'"),
        ("labels.generator.convs", "[1]", "'labels.generator'"),
        ("image.generator.widths", "[0, 1]", "'image.generator.widths'"),
        ("image.generator.kind", "gru", "'crn', 'unet'"),
        ("steps.a", "1", "'steps' is a value"),
        ("smoke", "True", "true or false"),
        ("scale", "0.2", "'scale'"),
        ("scale", "0.9", "for generators of labels alone"),
        ("given_by", "vnc-sgan", "is given no classes"),
        ("image.crop", "513", "image.crop=513 is larger than the patches, crop=512"),
    ],
)
def test_what_is_wrong_is_told_by_field(key: str, value: str, told: str) -> None:
    with pytest.raises(UserError) as error:
        load_recipe("sgan", {key: value})
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_classes_that_are_given_by_a_model_need_discriminators_of_single_classes() -> None:
    changes = {"given_by": "vnc-sgan", "completion.discriminator.class_factors": "[]"}
    with pytest.raises(UserError, match=r"class_factors=\[1\]"):
        load_recipe("completion", changes)


def test_a_part_that_the_model_has_not_is_refused() -> None:
    with pytest.raises(UserError, match="a model 'image' has no part 'labels'"):
        load_recipe("image", {"labels.downsample": "1"})


def test_an_unknown_recipe_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match="no recipe 'cells'.*dsgan.*image, image-unet"):
        load_recipe("cells")


@pytest.mark.parametrize("text", ["steps = ", "steps = 1\nsteps = 2"])
def test_a_file_that_is_no_toml_is_told(text: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"mine\.toml is not valid TOML"):
        load_recipe(written(tmp_path, text))


def test_a_recipe_without_a_field_that_it_needs_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'crop'"):
        load_recipe(written(tmp_path, 'model = "labels"\nsteps = 1\nbatch = 1\n'))


def test_recipes_are_values() -> None:
    assert load_recipe("labels") == load_recipe("labels")
    assert isinstance(load_recipe("labels"), Recipe)


def test_a_recipe_is_laid_over_its_base(tmp_path: Path) -> None:
    text = 'base = "image"\nsteps = 3\n[image]\nl1 = 0.5\n[image.generator]\nwidths = [8, 8]\n'
    recipe, base = load_recipe(written(tmp_path, text + "convs = [1, 1]\n")), load_recipe("image")
    assert base.image is not None
    assert recipe.image is not None
    assert (recipe.steps, recipe.batch, recipe.crop) == (3, base.batch, base.crop)
    assert (recipe.image.l1, recipe.image.features) == (0.5, base.image.features)
    assert recipe.image.generator == CRNSettings(widths=(8, 8), convs=(1, 1))


def test_of_several_bases_each_is_laid_over_those_before_it(tmp_path: Path) -> None:
    path = written(tmp_path, 'base = ["image", "labels"]\nmodel = "sgan"\ncrop = 400\n')
    recipe, image, labels = load_recipe(path), load_recipe("image"), load_recipe("labels")
    assert (recipe.image, recipe.labels) == (image.image, labels.labels)
    assert (recipe.steps, recipe.crop) == (labels.steps, 400)
    assert image.steps != labels.steps


def test_the_smoke_size_of_the_base_is_the_recipe_s_own(tmp_path: Path) -> None:
    path = written(tmp_path, 'base = "labels"\nsteps = 900\n[smoke]\nbatch = 1\n')
    smoke, base = load_recipe(path, {"smoke": "true"}), load_recipe("labels", {"smoke": "true"})
    assert (smoke.batch, smoke.steps, smoke.labels) == (1, base.steps, base.labels)


def test_a_base_that_is_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no recipe 'cells'"):
        load_recipe(written(tmp_path, 'base = "cells"\n'))


def test_a_recipe_that_is_its_own_base_is_told(tmp_path: Path) -> None:
    path = tmp_path / "round.toml"
    path.write_text(f'base = "{path}"\n')
    with pytest.raises(UserError, match="is its own base"):
        load_recipe(path)


def test_a_seed_beyond_64_bits_is_told() -> None:
    with pytest.raises(UserError, match="seed"):
        load_recipe("labels", {"seed": str(2**70)})
