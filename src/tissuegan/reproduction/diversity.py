"""Fig. 14: many answers of the conditional label models to the same held-out labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tissuegan.data import Section
from tissuegan.evaluation.diversity import Masks, diversity
from tissuegan.evaluation.evaluate import Steps, plain
from tissuegan.evaluation.panel import Field, Json, Panel
from tissuegan.evaluation.pictures import picture
from tissuegan.models import load
from tissuegan.models.model import Model
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.reproduction.budget import Budget
from tissuegan.reproduction.plan import Item
from tissuegan.sampling import Completion
from tissuegan.tissue import Tissue

SIDE, SHOWN = 512, 4


def compared(panel: Panel, items: Sequence[Item], budget: Budget) -> Steps:
    """The figures of each conditional label model, and a picture of answers side by side."""
    found: Json = {}
    chosen = [item for item in items if item.recipe.model == "completion"]
    for done, item in enumerate(chosen):
        yield Progress(done, len(chosen), item.name)
        model = load(item.run)
        facts = (model.digest, panel.test.digest, str(panel.seed))
        key = ("diversity", *facts, str(budget.conditions), str(budget.answers))
        figures = panel.remember(key, partial(_of, model, panel, budget))
        found[item.name] = {"diversity": figures}
    yield Progress(len(chosen), len(chosen), "compared")
    return found


def _of(model: Model, panel: Panel, budget: Budget) -> Json:
    places = list(_conditions(panel.test.fields, budget.conditions))
    seeds = [panel.seed + k for k in range(budget.answers)]
    answers = [_answers(model, field.tissue, place, seeds) for field, place in places]
    real = places[0][0].tissue.crop(places[0][1])
    drawn = picture(_side_by_side(model, real, answers[0][:SHOWN]))
    return {**plain(diversity(answers)), "pictures": {"answers": drawn}}


def _conditions(fields: Sequence[Field], count: int) -> Iterator[tuple[Field, Region]]:
    """Squares of the held-out sections, one of each in turn, row by row."""
    side = min(SIDE, *(length for field in fields for length in field.tissue.region.shape))
    for number in range(count):
        field = fields[number % len(fields)]
        bounds = field.tissue.region
        columns, rows = bounds.width // side, bounds.height // side
        y, x = divmod(number // len(fields) % (rows * columns), columns)
        yield field, Region(bounds.y0 + y * side, bounds.x0 + x * side, side, side)


def _answers(model: Model, tissue: Tissue, place: Region, seeds: Sequence[int]) -> Masks:
    """What is made of the given classes around a place, bool (n, C, H, W), once a seed."""
    part = model.completion
    assert part is not None
    source = Section("held out", tissue)
    drawn = [Completion(model, source, seed)[place].masks for seed in seeds]
    return np.stack(drawn)[:, list(part.division.made)]


def _side_by_side(model: Model, real: Tissue, answers: Masks) -> NDArray[np.uint8]:
    """The real labels, then answers to their given classes, at half size."""
    part = model.completion
    assert part is not None
    shown = [real.masks]
    for answer in answers:
        masks = real.masks.copy()
        masks[list(part.division.made)] = answer
        shown.append(masks)
    small = [real.classes.paint(each)[::2, ::2] for each in shown]
    return np.concatenate([np.pad(each, _EDGE, constant_values=255) for each in small], axis=1)


_EDGE = ((2, 2), (2, 2), (0, 0))
