"""Fig. 5 and 12: pictures of what image generators draw for real and for generated labels."""

from __future__ import annotations

from functools import partial

import numpy as np

from tissuegan.evaluation.evaluate import Steps
from tissuegan.evaluation.measures.samples import eight_bits, middle
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.pictures import picture
from tissuegan.progress import Progress
from tissuegan.reproduction.extras import STAGES


def drawn(panel: Panel) -> Steps:
    """The middle of the first of the panel's fixed labels, and of each system's image of it."""
    found: Json = {}
    systems = [each for each in panel.systems if each.rendered and each.name in STAGES]
    for done, subject in enumerate(systems if panel.labels else ()):
        yield Progress(done, len(systems), subject.name)
        part = _pair(subject, panel.labels[0])
        key = ("picture of fixed labels", part.digest)
        found[subject.name] = {"fixed": panel.remember(key, partial(_pictures, part))}
    yield Progress(len(systems), len(systems), "drawn")
    return found


def of_real(panel: Panel) -> Steps:
    """Real held-out labels, each system's image of them, and the real image, side by side."""
    found: Json = {}
    real = panel.test.fields[0]
    systems = [each for each in panel.systems if each.rendered and each.name in STAGES]
    for done, subject in enumerate(systems if real.tissue.image is not None else ()):
        yield Progress(done, len(systems), subject.name)
        part = _pair(subject, real)
        key = ("picture of real labels", part.digest)
        found[subject.name] = {"real": panel.remember(key, partial(_beside, part, real))}
    yield Progress(len(systems), len(systems), "drawn")
    return found


def _beside(part: Field, real: Field) -> Json:
    drawn, there = middle(part.tissue), middle(real.tissue)
    images = [
        np.stack([eight_bits(t.image)] * 3, -1) for t in (drawn, there) if t.image is not None
    ]
    row = np.concatenate([there.classes.paint(there.masks), *images], axis=1)
    return {"pictures": {"row": picture(row)}}


def _pair(subject: Subject, labels: Field) -> Field:
    assert subject.rendered is not None
    return subject.rendered(labels)


def _pictures(part: Field) -> Json:
    tissue = middle(part.tissue)
    assert tissue.image is not None
    labels = picture(tissue.classes.paint(tissue.masks))
    return {"pictures": {"labels": labels, "image": picture(eight_bits(tissue.image))}}
