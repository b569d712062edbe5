"""Realism (Fig. 8) of a subject's single cells."""

from __future__ import annotations

from functools import partial

from tissuegan.evaluation.intervals import percentiles
from tissuegan.evaluation.measure import Measure, of_field
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.realism import fooled, trained_on
from tissuegan.evaluation.shape import Variant, ZScore
from tissuegan.evaluation.tables import VARIANTS, features_only, field_shapes, shapes_of


def realism(panel: Panel, subject: Subject) -> Json:
    """The share of synthetic cells taken for real: variant V2, and V1 beside it."""
    both = {variant: _of_variant(panel, subject, variant) for variant in VARIANTS}
    return {**both["V2"], "variants": both}


def _of_variant(panel: Panel, subject: Subject, variant: Variant) -> Json:
    real = features_only(shapes_of(panel, panel.train, variant))
    pooled = len(real) + len(shapes_of(panel, panel.test, variant))
    fake = features_only(shapes_of(panel, subject, variant))
    if len(real) < 2 or not len(fake):
        return _nothing(len(real))
    scores = ZScore.of(real)
    trains = scores(real).to_numpy()[: trained_on(pooled)]
    random = panel.random("realism", variant, subject.digest)
    shares = fooled(trains, scores(fake).to_numpy(), random)
    if not len(shares):
        return _nothing(len(trains))
    return {
        "fooled": float(shares.mean()),
        "fooled_std": float(shares.std(ddof=1)),
        "fooled_interval": percentiles(shares),
        "n": len(fake),
        "n_real": len(trains),
        "repeats": len(shares),
        "constant": list(scores.constant),
    }


def _nothing(real: int) -> Json:
    return {
        "fooled": None,
        "fooled_std": None,
        "fooled_interval": None,
        "n": 0,
        "n_real": real,
        "repeats": 0,
        "constant": [],
    }


PREPARE = tuple(of_field(partial(field_shapes, variant=variant)) for variant in VARIANTS)
REALISM = Measure("realism", realism, PREPARE)
