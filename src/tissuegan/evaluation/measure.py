"""A measure: a function from a panel and one of its subjects to figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tissuegan.evaluation.panel import Field, Json, Panel, Subject

Prepare = Callable[[Panel, Subject, Field], object]


@dataclass(frozen=True)
class Job:
    """Work for a measure that is done ahead, and remembered.

    Attributes:
        note: whose it is and what, in plain words.
        run: does it, and yields how far it is, in plain words.
    """

    note: str
    run: Callable[[], Iterator[str]]


def no_jobs(_panel: Panel, _subject: Subject) -> Iterable[Job]:
    """Of a measure that has none."""
    return ()


@dataclass(frozen=True)
class Measure:
    """One part of the report.

    Attributes:
        name: the key in metrics.json, and the word for ``--only``.
        compute: the figures of one subject, against the training sections of the panel, as JSON.
            Every figure KEY stands with KEY_interval and n; where there is nothing to measure it
            is None and n is 0. Pictures stand under "pictures" by name, as :func:`picture` makes
            them.
        prepare: what the measure reads of single fields, made ahead one by one.
        jobs: longer work for a subject, made ahead one by one after that.
        digest: of what the measure depends on beside the panel, such as a segmenter.
        joint: whether a subject's figures depend on who else is on the panel.
        of_training: whether the training sections are measured too, without being a floor.
    """

    name: str
    compute: Callable[[Panel, Subject], Json]
    prepare: tuple[Prepare, ...] = ()
    jobs: Callable[[Panel, Subject], Iterable[Job]] = no_jobs
    digest: str = ""
    joint: bool = False
    of_training: bool = False


def of_field(table: Callable[[Panel, Field], object]) -> Prepare:
    """A preparation that depends on the field alone, whoever's it is."""
    return lambda panel, _, field: table(panel, field)
