"""A run's discriminator of pairs, as its checkpoint has it, looked at from fixed patches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
import torch
from torch import Tensor

from tissuegan.data import PatchSampler, load_sections
from tissuegan.errors import UserError
from tissuegan.evaluation.attention import Floats, mean_gradients
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.kinds import KINDS
from tissuegan.models.phases import Step
from tissuegan.networks.discriminator import MultiScaleDiscriminator, Verdict
from tissuegan.reproduction.plan import Item
from tissuegan.training import checkpoint
from tissuegan.training.noise import step_noise

FIRST_STEP = 1 << 30
"""Of the patches: other ones than any step of training draws."""


@dataclass(frozen=True, eq=False)
class Probe:
    """Real labels, and the images that the run draws for them.

    Attributes:
        item: the run.
        classes: names of the label channels; the image is the last channel.
        sampler: gives one patch a step.
        patches: how many.
    """

    item: Item
    classes: tuple[str, ...]
    sampler: PatchSampler
    patches: int

    @classmethod
    def of(cls, data: str, item: Item, train: slice, patches: int, seed: int) -> Self:
        """With patches of the sections that the run learns from, as large as it sees them."""
        recipe = item.recipe
        sections = load_sections(data, recipe.classes or None, train)
        side = None if recipe.image is None else recipe.image.crop
        sampler = PatchSampler(sections, side or recipe.crop, 1, seed)
        return cls(item, sections[0].classes.names, sampler, patches)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of what the discriminator sees."""
        return (*self.classes, "image")

    def gradients(self) -> list[Floats]:
        """Mean absolute gradients (patches, channels): of all scales together, then of each."""
        part = discriminating(self.item, self.classes)
        scales = range(len(part.discriminator.scales))
        judges = [partial(judged, part.discriminator, scale) for scale in (None, *scales)]
        rows = [[mean_gradients(judge, pair) for judge in judges] for pair in self._pairs(part)]
        return [np.concatenate(each) for each in zip(*rows, strict=True)]

    def _pairs(self, part: ImageGAN) -> Iterator[Tensor]:
        """Labels and image (1, C + 1, h, w) of each patch."""
        for number in range(FIRST_STEP, FIRST_STEP + self.patches):
            patch = self.sampler.draw(number)
            assert patch.image is not None
            noise = step_noise(self.sampler.seed, number, 1, torch.device("cpu"))
            step = Step(torch.from_numpy(patch.masks), torch.from_numpy(patch.image), noise)
            yield part.pair(step)[1]


def discriminating(item: Item, classes: Sequence[str]) -> ImageGAN:
    """The image generator and the discriminator of pairs of a run, as its checkpoint has them.

    Raises:
        UserError: there is no checkpoint, or it is another model's.
    """
    with torch.random.fork_rng(devices=[]):
        model = KINDS[item.recipe.model].of(classes, item.recipe)
    state = checkpoint.load(item.run / checkpoint.FOLDER, torch.device("cpu"))
    if state is None:
        raise UserError(f"{item.run} has no checkpoint; delete the folder to train it again")
    try:
        model.load_state_dict(state["model"])
    except (RuntimeError, KeyError) as error:
        raise UserError(
            f"The checkpoint in {item.run} is another model's; delete the folder to train it again"
        ) from error
    part = model if isinstance(model, ImageGAN) else model.get_submodule("image")
    assert isinstance(part, ImageGAN)
    return part.eval().requires_grad_(False)


def judged(network: MultiScaleDiscriminator, scale: int | None, pairs: Tensor) -> Tensor:
    """What one scale says of each pair, (B,); for None their weighted sum, as generators see it."""
    verdicts = network(pairs)
    if scale is not None:
        return _mean(verdicts[scale])
    return torch.stack([verdict.weight * _mean(verdict) for verdict in verdicts]).sum(0)


def _mean(verdict: Verdict) -> Tensor:
    return verdict.logits.mean((1, 2, 3))
