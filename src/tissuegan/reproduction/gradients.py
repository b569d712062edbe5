"""Fig. 16: what the discriminators of pairs look at, at the end of training and on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache

from tissuegan.evaluation.attention import attention
from tissuegan.evaluation.evaluate import Steps, plain
from tissuegan.evaluation.panel import Json
from tissuegan.io.files import write_atomically
from tissuegan.progress import Progress
from tissuegan.reproduction.plan import Item
from tissuegan.reproduction.probe import Probe

WHOSE = {"image": "sgan", "end-to-end": "end-to-end", "dsgan": "dsgan"}
"""The run whose discriminator it is, and the system of the paper: SGAN's two stages are apart."""

ON_THE_WAY, TIMES, FEW = "gradients.json", 8, 8
"""The file in a run folder; how often at most, and at how many patches."""


def looked_at(data: str, items: Sequence[Item], train: slice, patches: int, seed: int) -> Steps:
    """Mean absolute gradients by channel of each discriminator of pairs, for all scales and each.

    The pairs are real labels with the image that the same run's generator draws for them, as in
    the figure.
    """
    found: Json = {}
    chosen = [item for item in items if item.name in WHOSE and item.recipe.steps]
    for done, item in enumerate(chosen):
        yield Progress(done, len(chosen), item.name)
        probe = Probe.of(data, item, train, patches, seed)
        found[WHOSE[item.name]] = {"attention": plain(_of(probe))}
    yield Progress(len(chosen), len(chosen), "looked at")
    return found


def _of(probe: Probe) -> Json:
    whole, *each = (attention(rows, probe.channels) for rows in probe.gradients())
    facts = {"scales": each, "steps": probe.item.recipe.steps}
    return {**whole, **facts, "on_the_way": on_the_way(probe.item)}


def watched(
    steps: Iterator[Progress], item: Item, data: str, train: slice, seed: int
) -> Iterator[Progress]:
    """A training during which the gradients are written down at some of its checkpoints."""
    if item.name not in WHOSE:
        yield from steps
        return
    probe = cache(lambda: Probe.of(data, item, train, FEW, seed))
    noted: set[int] = set()
    for step in steps:
        yield step
        if step.done in due(item) and step.done not in noted:
            noted.add(step.done)
            _note(probe(), step.done)


def due(item: Item) -> range:
    """The steps after which a run is looked at: checkpoints, evenly spaced."""
    recipe = item.recipe
    between = max(1, recipe.steps // recipe.checkpoint_every // TIMES) * recipe.checkpoint_every
    return range(between, recipe.steps + 1, between)


def on_the_way(item: Item) -> list[Json]:
    """What was written down: "step" and the mean gradient of each channel; empty where nothing."""
    path = item.run / ON_THE_WAY
    found: list[Json] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


def _note(probe: Probe, step: int) -> None:
    means = probe.gradients()[0].mean(axis=0)
    row = plain({"step": step, "channels": dict(zip(probe.channels, means, strict=True))})
    rows = [each for each in on_the_way(probe.item) if each["step"] < step]
    write_atomically(probe.item.run / ON_THE_WAY, json.dumps([*rows, row]).encode())
