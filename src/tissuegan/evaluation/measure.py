"""A measure: a function from a panel and one of its subjects to figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tissuegan.evaluation.panel import Field, Json, Panel, Subject

Prepare = Callable[[Panel, Subject, Field], object]


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
        joint: whether a subject's figures depend on who else is on the panel.
        of_training: whether the training sections are measured too, without being a floor.
    """

    name: str
    compute: Callable[[Panel, Subject], Json]
    prepare: tuple[Prepare, ...] = ()
    joint: bool = False
    of_training: bool = False


def of_field(table: Callable[[Panel, Field], object]) -> Prepare:
    """A preparation that depends on the field alone, whoever's it is."""
    return lambda panel, _, field: table(panel, field)
