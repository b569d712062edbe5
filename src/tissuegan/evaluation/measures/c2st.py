"""Classifier two-sample test of a subject's single cells against those of the training sections."""

from __future__ import annotations

import numpy as np

from tissuegan.evaluation.c2st import TwoSample, folds_of, two_sample
from tissuegan.evaluation.intervals import proportion
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures.realism import PREPARE
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.shape import ZScore
from tissuegan.evaluation.tables import features_only, shapes_of


def c2st(panel: Panel, subject: Subject) -> Json:
    """How well single cells are told from real ones, and the chance of that if they are alike."""
    found = _tested(panel, subject)
    return {
        "accuracy": found.accuracy if found else None,
        "accuracy_interval": proportion(found.correct, found.tested) if found else None,
        "p_value": found.p_value if found else None,
        "n": found.tested if found else 0,
    }


def _tested(panel: Panel, subject: Subject) -> TwoSample | None:
    tables = shapes_of(panel, panel.train), shapes_of(panel, subject)
    if min(map(len, tables)) < 2:
        return None
    scores = ZScore.of(features_only(tables[0]))
    real, fake = (scores(features_only(table)).to_numpy() for table in tables)
    count = min(len(panel.train.fields), len(subject.fields))
    folds = [
        folds_of(table["field"].to_numpy(np.int64), len(who.fields), max(2, min(5, count)))
        for table, who in zip(tables, (panel.train, subject), strict=True)
    ]
    return two_sample(real, fake, (folds[0], folds[1]), panel.random("c2st", subject.digest))


C2ST = Measure("c2st", c2st, PREPARE)
