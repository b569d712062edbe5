"""Fig. 16: what the discriminators of pairs look at, read from the runs' checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from tissuegan.data import PatchSampler, load_sections
from tissuegan.errors import UserError
from tissuegan.evaluation.attention import attention, mean_gradients
from tissuegan.evaluation.evaluate import Steps, plain
from tissuegan.evaluation.panel import Json
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.kinds import KINDS
from tissuegan.models.phases import Step
from tissuegan.networks.discriminator import MultiScaleDiscriminator, Verdict
from tissuegan.progress import Progress
from tissuegan.reproduction.plan import Item
from tissuegan.training import checkpoint
from tissuegan.training.noise import step_noise

WHOSE = {"image": "sgan", "end-to-end": "end-to-end", "dsgan": "dsgan"}
"""The run whose discriminator it is, and the system of the paper: SGAN's two stages are apart."""

FIRST_STEP = 1 << 30
"""Of the patches: other ones than any step of training drew."""


def looked_at(data: str, items: Sequence[Item], train: slice, patches: int, seed: int) -> Steps:
    """Mean absolute gradients by channel of each discriminator of pairs, for all scales and each.

    The pairs are real labels with the image that the same run's generator draws for them, as in
    the figure.
    """
    found: Json = {}
    chosen = [item for item in items if item.name in WHOSE and item.recipe.steps]
    for done, item in enumerate(chosen):
        yield Progress(done, len(chosen), item.name)
        found[WHOSE[item.name]] = {"attention": plain(_of(data, item, train, patches, seed))}
    yield Progress(len(chosen), len(chosen), "looked at")
    return found


def _of(data: str, item: Item, train: slice, patches: int, seed: int) -> Json:
    sections = load_sections(data, item.recipe.classes or None, train)
    classes = sections[0].classes.names
    part = discriminating(item, classes)
    side = item.recipe.image.crop if item.recipe.image is not None else None
    sampler = PatchSampler(sections, side or item.recipe.crop, 1, seed)
    scales = len(part.discriminator.scales)
    judges = [partial(_judged, part.discriminator, scale) for scale in (None, *range(scales))]
    rows = [
        [mean_gradients(judge, pair) for judge in judges] for pair in _pairs(part, sampler, patches)
    ]
    names = (*classes, "image")
    whole, *each = (
        attention(np.concatenate([row[k] for row in rows]), names) for k in range(scales + 1)
    )
    return {**whole, "scales": each, "steps": item.recipe.steps}


def discriminating(item: Item, classes: Sequence[str]) -> ImageGAN:
    """The image generator and the discriminator of pairs of a run, as its checkpoint has them.

    Raises:
        UserError: there is no checkpoint, or it is another model's.
    """
    model = KINDS[item.recipe.model].of(classes, item.recipe)
    state = checkpoint.load(item.run / "checkpoint", torch.device("cpu"))
    if state is None:
        raise UserError(f"{item.run} has no checkpoint; delete the folder to train it again")
    model.load_state_dict(state["model"])
    part = model if isinstance(model, ImageGAN) else model.get_submodule("image")
    assert isinstance(part, ImageGAN)
    return part.eval().requires_grad_(False)


def _pairs(part: ImageGAN, sampler: PatchSampler, count: int) -> list[Tensor]:
    """Real labels and generated images, float32 (1, C + 1, h, w) each."""
    device, found = torch.device("cpu"), []
    for number in range(FIRST_STEP, FIRST_STEP + count):
        patch = sampler.draw(number)
        assert patch.image is not None
        noise = step_noise(sampler.seed, number, 1, device)
        step = Step(torch.from_numpy(patch.masks), torch.from_numpy(patch.image), noise)
        found.append(part.pair(step)[1])
    return found


def _judged(network: MultiScaleDiscriminator, scale: int | None, pairs: Tensor) -> Tensor:
    """What one scale says of each pair, (B,); of all their weighted sum, as generators see it."""
    verdicts = network(pairs)
    if scale is not None:
        return _mean(verdicts[scale])
    return torch.stack([verdict.weight * _mean(verdict) for verdict in verdicts]).sum(0)


def _mean(verdict: Verdict) -> Tensor:
    return verdict.logits.mean((1, 2, 3))
