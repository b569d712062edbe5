"""What the command ``complete`` does: label maps to label maps with further classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tissuegan.data import load_labels
from tissuegan.data.section import Section
from tissuegan.io.call import made_by
from tissuegan.io.files import refuse_input
from tissuegan.io.folder import write_settings
from tissuegan.io.generate import check_pixel_size
from tissuegan.io.pairs import Pair, write_pairs
from tissuegan.models.model import Model
from tissuegan.progress import Progress
from tissuegan.sampling import Completion
from tissuegan.sampling.complete import completion


def complete(model: Model, labels: Path, out: Path, seed: int = 0) -> Iterator[Progress]:
    """Writes, for every label map of a dataset, its given classes with those that a model makes.

    Raises:
        UserError: the model draws no classes for others, a given class is missing, the labels are
            drawn at another scale than the model's, or ``out`` holds something else.
    """
    division = completion(model).division
    given = [model.classes.names[k] for k in division.given]
    sections = load_labels(labels, given)
    check_pixel_size(model, labels, sections[0].pixel_size_nm)
    refuse_input(labels, out)
    write_settings(out, model.classes, sections[0].pixel_size_nm)
    for k, section in enumerate(sections):
        for step in write_pairs(out, [_completed(model, section, seed)]):
            yield Progress(k * step.total + step.done, len(sections) * step.total, step.note)


def _completed(model: Model, section: Section, seed: int) -> Pair:
    facts = made_by("complete", model)
    call = {**facts, "seed": str(seed), "labels": section.digest}
    return Pair(section.name, Completion(model, section, seed), section.bounds, call)
