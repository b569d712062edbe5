"""t-SNE of the single cells of everyone on the panel (Fig. 10)."""

from __future__ import annotations

import numpy as np

from tissuegan.evaluation.embedding import Floats, embedded
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures.realism import PREPARE
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.shape import ZScore
from tissuegan.evaluation.tables import features_only, shapes_of

CELLS = 100
"""At most, drawn at random, of everyone (facts, section 6.6)."""


def embedding(panel: Panel, subject: Subject) -> Json:
    """The points of up to 100 cells of a subject among those of everyone."""
    key = ("embedding of all", repr(panel.roles), str(panel.seed))
    everyone = panel.everyone
    places = panel.remember((*key, *(who.digest for who in everyone)), lambda: _all(panel))
    points = places["points"][everyone.index(subject)]
    return {"points": points, "n": len(points)}


def _all(panel: Panel) -> Json:
    tables = [features_only(shapes_of(panel, who)) for who in panel.everyone]
    if len(tables[0]) < 2:
        return {"points": [[] for _ in tables]}
    scores = ZScore.of(tables[0])
    random = panel.random("embedding")
    rows = [_some(scores(table).to_numpy(), random) for table in tables]
    ends = np.cumsum([len(each) for each in rows])
    order = random.permutation(ends[-1])
    places = embedded(np.concatenate(rows)[order], panel.seed % 2**32)
    points = np.empty_like(places)
    points[order[: len(places)]] = places
    return {"points": [part.round(3).tolist() for part in np.split(points, ends[:-1])]}


def _some(rows: Floats, random: np.random.Generator) -> Floats:
    return rows[np.sort(random.permutation(len(rows))[:CELLS])]


EMBEDDING = Measure("embedding", embedding, PREPARE[:1], joint=True, of_training=True)
