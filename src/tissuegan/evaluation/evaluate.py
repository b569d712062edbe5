"""The evaluation: every measure of every subject, and what metrics.json holds."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from tissuegan.evaluation.measure import Job, Measure, Prepare
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.progress import Progress

SCHEMA = 1
DIGITS = 10

Steps = Generator[Progress, None, Json]


def evaluate(panel: Panel, measures: Sequence[Measure]) -> Steps:
    """Measures everyone on the panel; the generator's value is what metrics.json holds.

    First what the measures want ahead of each field and of each subject, then measure by measure
    the systems, the held-out sections as their floor, and the training sections where a measure
    says so.

    Returns:
        "systems" by name, and "floors" and "training" of the same shape: the figures of each
        measure under its name; "fields", how many each system has. Numbers have ten significant
        digits and none of them is infinite or not a number: what is not known is None.
    """
    preparations = list(_preparations(panel, measures))
    turns = [(measure, who) for measure in measures for who in _measured(panel, measure)]
    total = len(preparations) + len(turns)
    for done, job in enumerate(preparations):
        yield Progress(done, total, job.note)
        yield from (Progress(done, total, f"{job.note}, {far}") for far in job.run())
    found: dict[Subject, Json] = {subject: {} for subject in panel.everyone}
    for done, (measure, subject) in enumerate(turns, start=len(preparations)):
        yield Progress(done, total, f"{subject.name}: {measure.name}")
        found[subject][measure.name] = _turn(panel, measure, subject)
    yield Progress(total, total, "measured")
    return _metrics(panel, found)


def _measured(panel: Panel, measure: Measure) -> tuple[Subject, ...]:
    return panel.everyone if measure.of_training else panel.everyone[1:]


def _preparations(panel: Panel, measures: Sequence[Measure]) -> Iterator[Job]:
    wanted = dict.fromkeys(prepare for measure in measures for prepare in measure.prepare)
    for subject in panel.everyone:
        for part in subject.fields:
            note = f"{subject.name}: {part.name}"
            yield from (
                Job(note, partial(_once, prepare, panel, subject, part)) for prepare in wanted
            )
    for measure in measures:
        for subject in _measured(panel, measure):
            yield from measure.jobs(panel, subject)


def _once(prepare: Prepare, panel: Panel, subject: Subject, part: Field) -> Iterator[str]:
    prepare(panel, subject, part)
    return iter(())


def _turn(panel: Panel, measure: Measure, subject: Subject) -> Json:
    others = panel.everyone if measure.joint else (panel.train, panel.test)
    key = (measure.name, subject.digest, *(other.digest for other in others))
    labels = "".join(part.digest for part in panel.labels)
    chosen = (_role(panel, subject), repr(panel.roles), str(panel.seed), str(panel.pool))
    facts = (measure.digest, *chosen, repr(subject.learnt), labels)
    return panel.remember((*key, *facts), lambda: plain(measure.compute(panel, subject)))


def _role(panel: Panel, subject: Subject) -> str:
    """As what a subject is measured: a system may have the very tissue of the real sections."""
    roles = {id(panel.train): "training", id(panel.test): "floor"}
    return roles.get(id(subject), "system")


def _metrics(panel: Panel, found: dict[Subject, Json]) -> Json:
    return {
        "schema": SCHEMA,
        "seed": panel.seed,
        "real": _real(panel),
        "fields": {subject.name: len(subject.fields) for subject in panel.systems},
        "systems": {subject.name: found[subject] for subject in panel.systems},
        "floors": found[panel.test],
        "training": found[panel.train],
    }


def _real(panel: Panel) -> Json:
    tissue = panel.train.fields[0].tissue
    return {
        "classes": list(tissue.classes.names),
        "boundary": panel.roles.boundary,
        "organelles": list(panel.roles.organelles),
        "pixel_size_nm": tissue.pixel_size_nm,
        "train": [part.name for part in panel.train.fields],
        "test": [part.name for part in panel.test.fields],
    }


def plain(value: Any) -> Any:
    """The same as JSON can say it: ten digits, Python's own types, None for nan and infinity."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
