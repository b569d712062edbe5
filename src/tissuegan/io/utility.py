"""Segmenters trained small, for the evaluation's measure of utility."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tissuegan.data.intensity import Intensity
from tissuegan.data.patches import Patches, PatchSampler
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures.utility import utility_by
from tissuegan.evaluation.segmentation import Reader
from tissuegan.evaluation.utility import Learner
from tissuegan.io.cache import code
from tissuegan.io.reader import reader
from tissuegan.models.model import Model
from tissuegan.models.products import products
from tissuegan.tissue import Tissue
from tissuegan.training.arithmetic import precision
from tissuegan.training.build import averaged_weights, build, card
from tissuegan.training.loop import Trainer
from tissuegan.training.recipe import Recipe, load_recipe
from tissuegan.training.run import launch

_LEARNT_BY = ("data", "models", "networks", "training")
PREFIX = "utility."
SEEDS = 5
SMALL = {
    "segmenter.widths": "[16, 24, 32, 64, 96, 16]",
    "batch": "4",
    "crop": "192",
    "steps": "500",
    "ema": "0.99",
}
"""What the recipe ``segmenter`` is cut down to: 0.4 million weights, a minute and a half."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Batches of which each source gives its share.

    Attributes:
        parts: with as many patches each as their own batch says.
    """

    parts: tuple[PatchSampler, ...]

    def draw(self, step: int, rank: int = 0, world: int = 1) -> Patches:
        """The patches of one step; ValueError if several processes share it."""
        if (rank, world) != (0, 1):
            raise ValueError("a mixture is for one process")
        drawn = [part.draw(step) for part in self.parts]
        images = [each.image for each in drawn if each.image is not None]
        masks = np.concatenate([each.masks for each in drawn])
        return Patches(masks, np.concatenate(images) if images else None)


def utility(overrides: Mapping[str, str]) -> Measure:
    """Utility by segmenters of the recipe ``segmenter``, small unless ``overrides`` say otherwise.

    Args:
        overrides: fields of the recipe, ``seeds`` and ``pairs``, with the prefix ``utility.``.

    Raises:
        UserError: a key without the prefix, or a value that does not fit.
    """
    return utility_by(learner(overrides))


def learner(overrides: Mapping[str, str]) -> Learner:
    """How :func:`utility` learns; arguments and errors are the same."""
    changes = dict(_unprefixed(overrides))
    seeds = count_of(f"{PREFIX}seeds", changes.pop("seeds", str(SEEDS)))
    pairs = changes.pop("pairs", None)
    wanted = None if pairs is None else count_of(f"{PREFIX}pairs", pairs)
    small = {} if changes.get("smoke") == "true" else SMALL
    recipe = decided(load_recipe("segmenter", {**small, **changes}))
    if recipe.batch < 2:
        raise UserError(
            f"--set {PREFIX}batch={recipe.batch}: a batch shared by real and synthetic patches has "
            "at least 2"
        )

    def learn(
        real: Sequence[Tissue], synthetic: Sequence[Tissue], seed: int
    ) -> Generator[str, None, Reader]:
        return trained(recipe.model_copy(update={"seed": seed}), real, synthetic)

    digest = f"{code(*_LEARNT_BY)} {recipe.to_toml()}"
    return Learner(digest, seeds, recipe.steps * recipe.batch, learn, wanted)


def decided(recipe: Recipe) -> Recipe:
    """The recipe with its arithmetic chosen: once for all arms, which are compared."""
    return recipe.model_copy(update={"precision": precision(recipe.precision, "auto")})


def trained(
    recipe: Recipe, real: Sequence[Tissue], synthetic: Sequence[Tissue]
) -> Generator[str, None, Reader]:
    """Trains a segmenter; of every batch, real and synthetic pairs give half where both are there.

    Yields:
        How many steps are made.

    Returns:
        The segmenter with averaged weights.
    """
    sources = [_sections(part) for part in (real, synthetic) if part]
    everything = [section for source in sources for section in source]
    model = build(recipe, everything[0].classes.names)
    trainer = Trainer(launch(recipe, "auto", 1), recipe, model, mixed(recipe, sources))
    while trainer.step < recipe.steps:
        yield f"step {trainer.step} of {recipe.steps}"
        trainer.advance()
    described = card(recipe, everything, trainer.step)
    made = products(described, averaged_weights(trainer.average))
    return reader(Model("segmenter", described, "", made))


def mixed(recipe: Recipe, sources: Sequence[Sequence[Section]]) -> Mixture:
    """The batches of one or two sources: of two, the first gives the larger half.

    Grey levels are mapped alike in both, by the range of all, as the segmenter's card says.
    """
    first = -(-recipe.batch // len(sources))
    sizes = (first, recipe.batch - first)
    whole = Intensity.of(section for source in sources for section in source)
    parts = [
        PatchSampler(source, recipe.crop, size, recipe.seed, whole)
        for source, size in zip(sources, sizes, strict=False)
    ]
    return Mixture(tuple(parts))


def _sections(tissues: Sequence[Tissue]) -> tuple[Section, ...]:
    return tuple(Section(f"{k}", tissue) for k, tissue in enumerate(tissues))


def _unprefixed(overrides: Mapping[str, str]) -> Mapping[str, str]:
    strange = [key for key in overrides if not key.startswith(PREFIX)]
    if strange:
        raise UserError(
            f"--set {strange[0]}: evaluate has fields, support.pool, and settings of the measure "
            f"utility such as {PREFIX}seeds and {PREFIX}steps"
        )
    return {key.removeprefix(PREFIX): value for key, value in overrides.items()}


def count_of(key: str, text: str) -> int:
    """A setting that is a whole number from 1 on; UserError for anything else."""
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise UserError(f"--set {key}={text}: give a whole number from 1 on")
    return int(text)
