"""Who is judged: the real sections, the baselines, the trained systems, and further sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tissuegan.errors import UserError
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures import MEASURES
from tissuegan.evaluation.measures.segmentation import segmentation_by
from tissuegan.evaluation.panel import Panel, Subject
from tissuegan.io.baselines import BASELINES
from tissuegan.io.cache import Cache
from tissuegan.io.reader import reader
from tissuegan.io.rendered import fixed_labels
from tissuegan.io.subjects import named_apart, open_real, open_system
from tissuegan.models import load
from tissuegan.objects import Roles
from tissuegan.reproduction.budget import Budget
from tissuegan.reproduction.plan import Item

NO_TISSUE = ("segmenter", "image", "completion")
"""Models that make tissue only of what they are given."""


def panel(
    data: str,
    items: Sequence[Item],
    also: Sequence[str],
    budget: Budget,
    out: Path,
    seed: int,
) -> Panel:
    """Everyone who is judged together; a baseline that cannot be fitted is left out.

    Args:
        data: the dataset; of it the first half was learnt from, the second is held out.
        items: the trained systems.
        also: further sources.
        budget: how much is measured.
        out: where figures computed before are kept.
        seed: of canvases and choices.

    Raises:
        UserError: a source cannot be read or does not go with the data.
    """
    train, test, roles = open_real(data)
    train, test = (_some(part, budget.fields) for part in (train, test))
    made = [item for item in items if item.recipe.model not in NO_TISSUE]
    labels = fixed_labels(train, [*(str(item.run) for item in made), *also])
    systems = list(_baselines(train, roles, seed))
    for item in made:
        own = open_system(str(item.run), train, roles, seed, labels)
        systems.append(replace(own, name=item.name))
    systems += [open_system(text, train, roles, seed, labels) for text in also]
    remember = Cache(out / "cache")
    pool = budget.pool
    return Panel(train, test, named_apart(systems), roles, seed, pool, remember, labels)


def _baselines(train: Subject, roles: Roles, seed: int) -> Iterator[Subject]:
    """The baselines that the training sections are enough for."""
    for name in BASELINES:
        try:
            subject = open_system(name, train, roles, seed)
            assert subject.fields[0].tissue is not None
        except UserError:
            continue
        yield subject


def measures(judge: str | None) -> tuple[Measure, ...]:
    """All measures; segmentation where there is a judge, a model that segments."""
    return MEASURES if judge is None else (*MEASURES, segmentation_by(reader(load(judge))))


def _some(part: Subject, fields: int | None) -> Subject:
    return part if fields is None else replace(part, fields=part.fields[:fields])
