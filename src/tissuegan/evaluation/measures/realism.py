"""Realism (Fig. 8) of a subject's single cells."""

from __future__ import annotations

from functools import partial

import numpy as np

from tissuegan.evaluation.intervals import percentiles
from tissuegan.evaluation.measure import Measure, of_field
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.realism import Floats, fooled, fooled_equally, trained_on
from tissuegan.evaluation.shape import Variant, ZScore
from tissuegan.evaluation.tables import VARIANTS, features_only, field_shapes, shapes_of

ENOUGH = 40
"""Cells that a subject must have for the number that all subjects train with to respect it."""


def realism(panel: Panel, subject: Subject) -> Json:
    """The share of synthetic cells taken for real: variant V2, and V1 beside it.

    "fooled" follows the paper's code to the letter; "equal_n" has classes of one size, the same
    for everyone on the panel.
    """
    both = {variant: _of_variant(panel, subject, variant) for variant in VARIANTS}
    return {**both["V2"], "variants": both}


def _of_variant(panel: Panel, subject: Subject, variant: Variant) -> Json:
    real = features_only(shapes_of(panel, panel.train, variant))
    pooled = len(real) + len(shapes_of(panel, panel.test, variant))
    fake = features_only(shapes_of(panel, subject, variant))
    if len(real) < 2 or not len(fake):
        nothing = _figures(np.empty(0), 0)
        return {**nothing, "n_real": len(real), "equal_n": nothing, "constant": []}
    scores = ZScore.of(real)
    rows, own = scores(real).to_numpy(), scores(fake).to_numpy()
    trains, size = rows[: trained_on(pooled)], equal_size(panel, variant)
    random = panel.random("realism", variant, subject.digest)
    return {
        **_figures(fooled(trains, own, random), len(fake)),
        "n_real": len(trains),
        "equal_n": {
            **_figures(fooled_equally(rows, own, size, random), len(fake)),
            "n_trained": size,
        },
        "constant": list(scores.constant),
    }


def equal_size(panel: Panel, variant: Variant) -> int:
    """Cells of each class that train for "equal_n": 60 % of the smallest set with enough, to 100.

    Sets of fewer than 40 cells do not count; they have no such figure if they are too small. With
    fewer real cells that train, it is as many as these.
    """
    sizes = [len(shapes_of(panel, who, variant)) for who in panel.everyone]
    common = min((trained_on(size) for size in sizes if size >= ENOUGH), default=0)
    return min(common, len(shapes_of(panel, panel.train, variant)))


def _figures(shares: Floats, n: int) -> Json:
    known = len(shares) > 1
    return {
        "fooled": float(shares.mean()) if known else None,
        "fooled_std": float(shares.std(ddof=1)) if known else None,
        "fooled_interval": percentiles(shares),
        "n": n if known else 0,
        "repeats": len(shares),
    }


PREPARE = tuple(of_field(partial(field_shapes, variant=variant)) for variant in VARIANTS)
REALISM = Measure("realism", realism, PREPARE, joint=True)
