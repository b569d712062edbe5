"""Sources by name as subjects of an evaluation: fields of the size of the training sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from tissuegan.classes import LabelClasses
from tissuegan.data import load_labels
from tissuegan.data.section import Section
from tissuegan.data.settings import read_settings
from tissuegan.errors import UserError
from tissuegan.evaluation.panel import Field, Subject
from tissuegan.io.baselines import BASELINES
from tissuegan.io.cache import drawing
from tissuegan.io.rendered import SCALE_TOLERANCE, fits, renderer
from tissuegan.io.source import Named, is_model, open_sources
from tissuegan.models import load
from tissuegan.models.card import listed
from tissuegan.models.model import Model
from tissuegan.objects import Roles
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue, TissueSource

PARTS = ("training", "held-out")


def open_real(
    dataset: str, train: slice | None = None, test: slice | None = None
) -> tuple[Subject, Subject, Roles]:
    """The training and the held-out sections of a dataset, and the roles of its classes.

    Without slices they are the first ten and the next ten of 20 sections or more, and the first
    and the second half of fewer. Where only one of the two is named, the other has none of its
    sections.

    Raises:
        UserError: the dataset cannot be read, has a single section, or a slice has none.
    """
    sections = load_labels(dataset)
    places = _divided(len(sections), train, test)
    parts = [
        _part(name, dataset, sections, which) for name, which in zip(PARTS, places, strict=True)
    ]
    return parts[0], parts[1], roles_of(dataset, sections[0].classes)


def default_halves(count: int) -> tuple[slice, slice]:
    """Which of ``count`` sections train and which are held out where nobody says."""
    half = 10 if count >= 20 else count // 2
    return slice(half), slice(half, min(count, 20))


def _divided(count: int, train: slice | None, test: slice | None) -> list[list[int]]:
    """Places of the training and of the held-out sections; what is not named avoids what is."""
    every, asked = range(count), (train, test)
    found = []
    for own, other, half in zip(asked, asked[::-1], default_halves(count), strict=True):
        taken = every[other] if own is None and other is not None else range(0)
        free = [place for place in every[own or half] if place not in taken]
        found.append(free or [place for place in every if taken and place not in taken])
    return found


def roles_of(dataset: str, classes: LabelClasses) -> Roles:
    """The roles that dataset.toml gives, else the first class as the boundary.

    Raises:
        UserError: a role is of a class that is not loaded.
    """
    named = read_settings(Path(dataset)).roles
    if named is None:
        return Roles.of(classes)
    for name in (named.boundary, *named.organelles):
        if name not in classes.names:
            raise UserError(
                f"{Path(dataset) / 'dataset.toml'}: [roles] names '{name}', which is none of the "
                f"classes {', '.join(classes.names)}; correct it"
            )
    return Roles(named.boundary, named.organelles)


def open_system(
    text: str,
    train: Subject,
    roles: Roles,
    seed: int = 0,
    labels: Sequence[Field] = (),
    count: int | None = None,
) -> Subject:
    """A source as a subject, with the classes of the training sections.

    A model gives ``count`` canvases of the sizes of the training sections, as many as there are of
    these if left out, seeds ``seed``, ``seed + 1``, ..., or, where it makes images only, its images
    of ``labels``; a dataset gives every section that has labels, a stored picture windows of the
    size of the training sections, at most as many. The words "parametric" and "non-parametric"
    stand for the baselines, where no folder has that name.

    Raises:
        UserError: nothing of that name, it lacks a class, or it is drawn at another scale.
    """
    real = train.fields[0].tissue
    if text in BASELINES and not Path(text).exists():
        return BASELINES[text](train, roles, seed)
    if is_model(text):
        return _model(load(text), train, seed, labels, count or len(train.fields))
    sources = open_sources(text)
    _check(text, sources[0].source, real)
    fields = [part for named in sources for part in _stored(named, train)]
    return Subject(Path(text.rstrip("/")).absolute().name, tuple(fields))


def named_apart(subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The same subjects, the second of a name as NAME-2 and so on.

    The names of the real sections' two parts are taken.
    """
    found: list[Subject] = []
    for subject in subjects:
        taken = [*PARTS, *(other.name for other in found)]
        names = [subject.name, *(f"{subject.name}-{k}" for k in range(2, len(subjects) + 1))]
        found.append(replace(subject, name=next(name for name in names if name not in taken)))
    return tuple(found)


def _part(name: str, dataset: str, sections: Sequence[Section], which: list[int]) -> Subject:
    chosen = [sections[place] for place in which]
    if not chosen:
        raise UserError(
            f"{dataset} has {len(sections)} sections, and none of them is chosen as {name} "
            "sections; an evaluation needs some of both, see --sections-train and --sections-test"
        )
    classes = sections[0].classes
    return Subject(name, tuple(_section(each.name, each, classes) for each in chosen))


def _section(name: str, section: Section, classes: LabelClasses) -> Field:
    return Field(name, section.digest, lambda: section.tissue.with_classes(classes))


def _stored(named: Named, train: Subject) -> list[Field]:
    """A section as it is; of a larger stored picture whole windows, row by row."""
    source, real = named.source, train.fields[0].tissue
    if isinstance(source, Section):
        return [_section(named.name, source, real.classes)]
    bounds = source.bounds
    assert bounds is not None  # endless sources are models
    height, width = (min(real.region.shape[k], bounds.shape[k]) for k in (0, 1))
    rows, columns = range(bounds.height // height), range(bounds.width // width)
    places = [
        Region(bounds.y0 + y * height, bounds.x0 + x * width, height, width)
        for y in rows
        for x in columns
    ]
    return [_window(source, place, real.classes) for place in places[: len(train.fields)]]


def _window(source: TissueSource, place: Region, classes: LabelClasses) -> Field:
    name = f"{place.y0},{place.x0}"
    digest = Section(name, source[place]).digest
    return Field(name, digest, lambda: source[place].with_classes(classes))


def _model(model: Model, train: Subject, seed: int, labels: Sequence[Field], count: int) -> Subject:
    real, rendered, learnt = train.fields[0].tissue, renderer(model), learnt_from(model)
    if model.labels is None and rendered is not None and labels and fits(model, real):
        pairs = tuple(_like(real, rendered(part)) for part in labels)
        return Subject(model.name, pairs, learnt=learnt, rendered=rendered)
    first = Canvas(model, seed)
    _check(model.name, first, real)
    shapes = cycle([part.tissue.region.shape for part in train.fields])
    fields = tuple(_canvas(model, seed + k, next(shapes), real) for k in range(count))
    stride = None if model.labels is None else model.labels.stride
    return Subject(model.name, fields, first, stride=stride, learnt=learnt, rendered=rendered)


def _like(real: Tissue, part: Field) -> Field:
    return Field(part.name, part.digest, lambda: part.tissue.with_classes(real.classes))


def learnt_from(model: Model) -> tuple[str, ...] | None:
    """Names of the sections that a model learnt from; None where its card does not say."""
    told = model.card.training.get("sections")
    return None if told is None else listed(told)


def _canvas(model: Model, seed: int, shape: tuple[int, int], real: Tissue) -> Field:
    region = Region(0, 0, *shape)
    digest = drawing("canvas", model.identity, str(seed), repr(region))
    return Field(
        f"seed {seed}", digest, lambda: Canvas(model, seed)[region].with_classes(real.classes)
    )


def _check(name: str, source: TissueSource, real: Tissue) -> None:
    missing = [each for each in real.classes.names if each not in source.classes.names]
    if missing:
        raise UserError(
            f"The source '{name}' has no class '{missing[0]}', which the real sections have; "
            "choose another source, or name the classes wanted in the real dataset's dataset.toml"
        )
    if abs(source.pixel_size_nm / real.pixel_size_nm - 1) > SCALE_TOLERANCE:
        raise UserError(
            f"The source '{name}' has pixels of {source.pixel_size_nm:g} nm but the real sections "
            f"of {real.pixel_size_nm:g} nm; bring them to one scale, or correct pixel_size_nm"
        )
