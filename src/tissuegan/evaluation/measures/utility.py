"""Utility of a subject's pairs: alone, and beside the real sections that its model learnt from."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tissuegan.evaluation.intervals import jackknife
from tissuegan.evaluation.measure import Job, Measure
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.utility import Learner, Score, score
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

REAL, BOTH, SYNTHETIC = "real", "both", "synthetic"
ARMS = (REAL, BOTH, SYNTHETIC)
GAINS = {"gain": BOTH, "gain_synthetic": SYNTHETIC}
"""Differences to the real sections alone, seed by seed, and the arm whose they are."""
FIGURES = tuple(Score.__dataclass_fields__)


@dataclass(frozen=True, eq=False)
class Arm:
    """What a segmenter learns from: fields of real and of synthetic pairs."""

    real: tuple[Field, ...] = ()
    synthetic: tuple[Field, ...] = ()


def utility_by(learner: Learner) -> Measure:
    """The measure that trains segmenters in one way, on the same number of patches in all arms."""
    return Measure(
        "utility",
        partial(_utility, learner),
        jobs=partial(_jobs, learner),
        digest=learner.digest + f" {learner.seeds} {learner.pairs}",
    )


def _utility(learner: Learner, panel: Panel, subject: Subject) -> Json:
    """Scores of each arm on the held-out sections with intervals over seeds, and the gains.

    The floor is the segmenter that learns from all training sections alone.
    """
    why = "" if subject is panel.test else obstacle(panel, subject)
    arms = {} if why else arms_of(panel, subject, learner.pairs)
    found = {
        name: [_scored(learner, panel, arm, seed) for seed in range(learner.seeds)]
        for name, arm in arms.items()
    }
    scores = {name: [_row(each) for each in runs] for name, runs in found.items()}
    figures: Json = {name: _summary(scores.get(name, [])) for name in ARMS}
    for key, name in GAINS.items():
        pairs = zip(scores.get(name, []), scores.get(REAL, []), strict=False)
        figures[key] = _summary([_difference(a, b) for a, b in pairs])
    facts: Json = {
        "sections": len(arms[REAL].real) if arms else None,
        "pairs": len(arms[BOTH].synthetic) if BOTH in arms else None,
        "patches": learner.patches,
        "why_not": why or None,
    }
    return {**facts, **figures, "n": len(found.get(REAL, []))}


def arms_of(panel: Panel, subject: Subject, pairs: int | None = None) -> Mapping[str, Arm]:
    """The arms of a subject: real sections alone for the floor, all three for a system.

    Args:
        panel: whose training sections a system learnt from.
        subject: the system.
        pairs: as in :class:`tissuegan.evaluation.utility.Learner`.
    """
    if subject is panel.test:
        return {REAL: Arm(panel.train.fields)}
    known = subject.learnt or ()
    real = tuple(part for part in panel.train.fields if part.name in known)
    made = subject.fields if pairs is None else _drawn(subject, pairs)
    return {REAL: Arm(real), BOTH: Arm(real, made), SYNTHETIC: Arm(synthetic=made)}


def _drawn(subject: Subject, count: int) -> tuple[Field, ...]:
    """Windows of endless tissue beside each other, as large as its first field; else its fields."""
    source, like = subject.endless, subject.fields[0]
    if source is None:
        return subject.fields
    first = like.tissue.region
    return tuple(_window(source, first.shift(0, k * first.width), like) for k in range(count))


def _window(source: TissueSource, place: Region, like: Field) -> Field:
    digest = f"{like.digest} {place}"
    return Field(f"x {place.x0}", digest, lambda: source[place].with_classes(like.tissue.classes))


def obstacle(panel: Panel, subject: Subject) -> str:
    """Why a system's pairs cannot be compared with the sections that it learnt from, or nothing."""
    if subject.learnt is None:
        return "nobody knows which sections it learnt from"
    known = {part.name for part in panel.train.fields}
    strange = [name for name in subject.learnt if name not in known]
    if strange or not subject.learnt:
        return f"it learnt from {strange[0] if strange else 'no section'}, not a training section"
    return _unlike(panel.train.fields[0], subject.fields[0])


def _unlike(real: Field, made: Field) -> str:
    image, like = made.tissue.image, real.tissue.image
    if image is None or like is None:
        return "it has no images" if image is None else "the real sections have no images"
    if image.dtype != like.dtype:
        return f"its images are {image.dtype}, the real ones {like.dtype}"
    return ""


def _jobs(learner: Learner, panel: Panel, subject: Subject) -> Iterator[Job]:
    if subject is not panel.test and obstacle(panel, subject):
        return
    for name, arm in arms_of(panel, subject, learner.pairs).items():
        for seed in range(learner.seeds):
            note = f"{subject.name}: utility, {name}, seed {seed}"
            yield Job(note, partial(_ahead, learner, panel, arm, seed))


def _ahead(learner: Learner, panel: Panel, arm: Arm, seed: int) -> Iterator[str]:
    key = _key(learner, panel, arm, seed)
    if not panel.remember.knows(key):
        found = yield from _trained(learner, panel, arm, seed)
        panel.remember(key, lambda: found)


def _scored(learner: Learner, panel: Panel, arm: Arm, seed: int) -> Json:
    def make() -> Json:
        steps = _trained(learner, panel, arm, seed)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return dict(end.value)

    return panel.remember(_key(learner, panel, arm, seed), make)


def _trained(learner: Learner, panel: Panel, arm: Arm, seed: int) -> Generator[str, None, Json]:
    """Trains and scores one segmenter."""
    real, made = ([part.tissue for part in parts] for parts in (arm.real, arm.synthetic))
    reader = yield from learner.learn(real, made, seed)
    found = score(reader, panel.test.tissues, panel.roles).json()
    return {key: value if np.isfinite(value) else None for key, value in found.items()}


def _key(learner: Learner, panel: Panel, arm: Arm, seed: int) -> tuple[str, ...]:
    parts = ("".join(part.digest for part in some) for some in (arm.real, arm.synthetic))
    facts = (panel.test.digest, repr(panel.roles), str(panel.seed), str(seed))
    return ("utility of an arm", learner.digest, *parts, *facts)


def _row(found: Json) -> list[float]:
    return [float("nan") if found[key] is None else float(found[key]) for key in FIGURES]


def _difference(left: Sequence[float], right: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(left, right, strict=True)]


def _summary(rows: Sequence[Sequence[float]]) -> Json:
    """Mean and interval over seeds of each figure; None where there is no run."""
    figures: Json = {}
    for place, key in enumerate(FIGURES):
        values = [row[place] for row in rows]
        figures[key] = float(np.mean(values)) if values else None
        figures[f"{key}_interval"] = jackknife(values, np.mean)
    return {**figures, "n": len(rows)}
