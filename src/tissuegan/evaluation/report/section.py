"""Parts of the report: what is shown of a measure, made from its figures alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tissuegan.evaluation.panel import Json


@dataclass(frozen=True)
class Row:
    """Whose figures.

    Attributes:
        name: as shown.
        colour: of its bars, lines and points.
        figures: of one measure, by key.
        lap: 0, or higher for rows that share their colour with one before: their lines are dashed
            and their points have another form.
    """

    name: str
    colour: str
    figures: Json
    lap: int = 0


Rows = list[Row]


@dataclass(frozen=True)
class Chart:
    """A drawing of the figures of one measure.

    Attributes:
        name: of its file, without an ending.
        reading: one sentence on how to read it.
        draw: the rows to an SVG file; None where there is nothing to draw.
    """

    name: str
    reading: str
    draw: Callable[[Rows], bytes | None]


@dataclass(frozen=True)
class Column:
    """A column of a table: a title and where in a row's figures its value stands.

    Attributes:
        title: as shown.
        path: keys to a number or to an object with "mean".
        digits: decimal places.
    """

    title: str
    path: tuple[str, ...]
    digits: int = 3


@dataclass(frozen=True)
class Section:
    """A measure in the report.

    Attributes:
        measure: its name.
        title: of the section.
        reading: one sentence on how to read the table.
        columns: of the table.
        charts: below the table.
        pictures: what pictures show, by their names; one sentence each.
        unfold: from the rows of everyone to those of the table.
    """

    measure: str
    title: str
    reading: str
    columns: tuple[Column, ...] = ()
    charts: tuple[Chart, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    unfold: Callable[[Rows], Rows] = lambda rows: rows


PALETTE = (
    *("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
    *("#332288", "#999933", "#882255", "#44aa99", "#a6761d", "#7570b3"),
)
TRAINING, HELD_OUT = "#9a9a9a", "#555555"


def rows_of(metrics: Json, measure: str) -> Rows:
    """Training sections where they are measured, held-out sections, then the systems."""
    everyone = [
        Row("training sections", TRAINING, metrics["training"]),
        Row("held-out sections", HELD_OUT, metrics["floors"]),
        *(
            coloured(k, name, figures)
            for k, (name, figures) in enumerate(metrics["systems"].items())
        ),
    ]
    return [
        replace(each, figures=each.figures[measure]) for each in everyone if measure in each.figures
    ]


def coloured(place: int, name: str, figures: Json) -> Row:
    """The row of the system at a place of the order, in a colour and a form of its own."""
    lap, colour = divmod(place, len(PALETTE))
    return Row(name, PALETTE[colour], figures, lap)
