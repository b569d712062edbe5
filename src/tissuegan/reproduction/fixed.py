"""Table 2 and Fig. 12: images that every generator draws for one set of generated labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from tissuegan.evaluation.evaluate import Steps, evaluate
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures.samples import SAMPLES
from tissuegan.evaluation.panel import Field, Panel, Subject
from tissuegan.io.subjects import with_classes
from tissuegan.models import load
from tissuegan.models.model import Model
from tissuegan.region import Region
from tissuegan.reproduction.plan import Item
from tissuegan.sampling import Canvas, Rendering
from tissuegan.version import __version__

FIRST_SEED = 1 << 20
"""Of the labels: other canvases than those that are measured as they are."""


def judged(panel: Panel, items: Sequence[Item], labels: Item, segmentation: Measure) -> Steps:
    """How well the judge reads the images that each system draws for the labels of one of them.

    Returns:
        By system what the measures "segmentation" and "samples" find.
    """
    source = load(labels.run)
    systems = [
        _rendered(item.name, load(item.run), source, panel)
        for item in items
        if item.recipe.model in ("sgan", "dsgan")
    ]
    metrics = yield from evaluate(replace(panel, systems=tuple(systems)), (SAMPLES, segmentation))
    return dict(metrics["systems"])


def _rendered(name: str, model: Model, labels: Model, panel: Panel) -> Subject:
    places = enumerate(panel.train.fields)
    fields = (_field(model, labels, panel, k, part.tissue.region) for k, part in places)
    return Subject(name, tuple(fields))


def _field(model: Model, labels: Model, panel: Panel, number: int, size: Region) -> Field:
    seed = panel.seed + FIRST_SEED + number
    region = Region(0, 0, *size.shape)
    facts = ("rendered", __version__, model.digest, labels.digest, str(seed), repr(region))
    classes = panel.train.fields[0].tissue.classes
    return Field(
        f"seed {seed}",
        sha256("\0".join(facts).encode()).hexdigest(),
        lambda: with_classes(Rendering(model, Canvas(labels, seed), seed)[region], classes),
    )
