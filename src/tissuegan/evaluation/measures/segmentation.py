"""Segmentation accuracy (Table 2) of a subject's pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from tissuegan.evaluation.intervals import jackknife
from tissuegan.evaluation.measure import Job, Measure, of_field
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.segmentation import (
    Reader,
    Reading,
    intersections_over_unions,
    mean_binary_iu,
    mean_class_iu,
    mean_iu,
    mean_nll,
    readable,
    reading,
    summed,
)

FIGURES: dict[str, Callable[[Sequence[Reading]], float]] = {
    "mean_iu": mean_iu,
    "mean_class_iu": mean_class_iu,
    "mean_binary_iu": mean_binary_iu,
    "nll": mean_nll,
}


def segmentation_by(reader: Reader) -> Measure:
    """The measure that reads pairs with one segmenter, for systems and real sections alike."""
    prepare = of_field(partial(_read, reader))
    return Measure(
        "segmentation",
        partial(_segmentation, reader),
        (prepare,),
        partial(_jobs, reader),
        digest=reader.digest,
        of_training=True,
    )


def _segmentation(reader: Reader, panel: Panel, subject: Subject) -> Json:
    """Mean IU and NLL, with intervals over fields; ``n`` is the number of fields.

    "fixed_labels" has the same for the images that a system draws for one set of labels, the same
    for all systems: as the paper compares image generators.
    """
    return {
        **_figures(reader, panel, subject.fields),
        "classes": ["background", *reader.classes],
        "fixed_labels": _figures(reader, panel, rendered(panel, subject)),
    }


def rendered(panel: Panel, subject: Subject) -> tuple[Field, ...]:
    """The fixed labels of a panel with the subject's images of them; none where it draws none."""
    draw = subject.rendered
    return () if draw is None else tuple(draw(part) for part in panel.labels)


def _jobs(reader: Reader, panel: Panel, subject: Subject) -> Iterator[Job]:
    for part in rendered(panel, subject):
        yield Job(f"{subject.name}: images of {part.name}", partial(_ahead, reader, panel, part))


def _ahead(reader: Reader, panel: Panel, part: Field) -> Iterator[str]:
    _read(reader, panel, part)
    return iter(())


def _figures(reader: Reader, panel: Panel, fields: Sequence[Field]) -> Json:
    found = [_read(reader, panel, part) for part in fields]
    readings = [_parsed(each) for each in found if each["pixels"]]
    figures: Json = {"n": len(readings)}
    for name, value in FIGURES.items():
        figures[name] = value(readings) if readings else None
        figures[f"{name}_interval"] = jackknife(readings, value) if readings else None
    figures["iu"] = _each(readings) if readings else None
    return figures


def _each(readings: Sequence[Reading]) -> list[float]:
    return [float(iu) for iu in intersections_over_unions(summed(readings).confusion)]


def _read(reader: Reader, panel: Panel, part: Field) -> Json:
    """One field's confusion and NLL; none where the segmenter cannot read it."""

    def make() -> Json:
        tissue = part.tissue
        if not readable(reader, tissue):
            return {"confusion": [], "nll": 0.0, "pixels": 0}
        found = reading(reader, tissue)
        return {"confusion": found.confusion.tolist(), "nll": found.nll, "pixels": found.pixels}

    return panel.remember(("segmentation of a field", reader.digest, part.digest), make)


def _parsed(found: Json) -> Reading:
    return Reading(np.array(found["confusion"], np.int64), float(found["nll"]))
