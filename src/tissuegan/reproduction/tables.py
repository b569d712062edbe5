"""The figures that the paper has too, as tables: its number beside ours and the floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Column
from tissuegan.evaluation.report.table import figure
from tissuegan.reproduction.paper import said

NOT_TRAINED = "not trained"
NOT_FITTED = "too few cells to fit to"
HEAD = ("", "paper", "ours", "floor")


@dataclass(frozen=True)
class Table:
    """A table with a title.

    Attributes:
        part: of the page in which it stands, see :mod:`tissuegan.reproduction.parts`.
        title: of the table.
        reading: what is in it and how to read it; may have ** and ` as in Markdown.
        head: titles of the columns, the first that of the names.
        rows: cells as text, the name first.
    """

    part: str
    title: str
    reading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Quantity:
    """A figure of the report that the paper has too.

    Attributes:
        part, title, reading: of its table.
        column: where it stands.
        systems: whose rows there are.
    """

    part: str
    title: str
    reading: str
    column: Column
    systems: tuple[str, ...]


LABELS = ("parametric", "non-parametric", "dsgan", "sgan", "joint", "unsupervised")
ABLATIONS = ("labels", "non-ms", "non-fc", "dcgan")
PAIRS = ("non-parametric", "dsgan", "sgan", "joint")

_MEANS = "The mean should be that of the training sections."
_CHI2 = (
    "χ² distance of the distribution to that of the training sections; smaller is nearer, and the "
    "floor is what held-out sections have at the same number of objects."
)
_FOOLED = (
    "The share of synthetic cells that a linear classifier on 89 shape features takes for real; "
    "0.5 cannot be told apart. The paper shows bars and no numbers."
)
_ABLATED = f"{_FOOLED} `labels` is FCGAN; of DCGAN the paper could extract no cells."
_EQUAL = (
    "The same with as many cells of each class, and the same number, for every source: by these "
    "figures sources can be compared."
)
_OWN = (
    "How well the judge reads each source's own pairs. Judge and classes of the paper are not "
    "known: compare the order and the floor, not the numbers. UnsupervisedGAN has no row, since "
    "its labels are a segmenter's own."
)
_SUPPORT = (
    "Estimated by the birthday test; where no two labels were alike it is a lower bound. The paper "
    "shows curves and no numbers."
)


def _table_1(key: str, title: str, reading: str, *path: str) -> Quantity:
    return Quantity("statistics", title, reading, Column(key, ("statistics", *path, key)), LABELS)


def _realism(title: str, reading: str, systems: tuple[str, ...], *path: str) -> Quantity:
    return Quantity("realism", title, reading, Column("", ("realism", *path, "fooled")), systems)


QUANTITIES = (
    _table_1("cell_size_um", "Cell size, µm", _MEANS),
    _table_1("mito_size_um", "Mitochondrion size, µm", _MEANS),
    _table_1("mito_roundness", "Mitochondrion roundness", _MEANS),
    _table_1("mito_per_cell", "Mitochondria a cell", _MEANS),
    _table_1("cell_size", "χ² of cell sizes", _CHI2, "chi2"),
    _table_1("mito_size", "χ² of mitochondrion sizes", _CHI2, "chi2"),
    _table_1("mito_roundness", "χ² of mitochondrion roundness", _CHI2, "chi2"),
    _realism("Fig. 8a", _FOOLED, LABELS),
    _realism("Fig. 8a with equal numbers", _EQUAL, LABELS, "equal_n"),
    _realism("Fig. 8b, the ablations", _ABLATED, ABLATIONS),
    _realism("Fig. 8b with equal numbers", _EQUAL, ABLATIONS, "equal_n"),
    Quantity(
        "segmentation", "Mean IU of own pairs", _OWN, Column("", ("segmentation", "mean_iu")), PAIRS
    ),
    Quantity(
        "segmentation",
        "NLL of own pairs, nats a pixel",
        "The same pairs; smaller is better.",
        Column("", ("segmentation", "nll")),
        PAIRS,
    ),
    Quantity(
        "support",
        "Different labels",
        _SUPPORT,
        Column("", ("support", "estimate"), 0),
        LABELS,
    ),
)


def of_quantity(quantity: Quantity, metrics: Json, also: Sequence[str] = ()) -> Table:
    """A quantity's table from what metrics.json holds.

    Args:
        quantity: what is shown.
        metrics: the figures.
        also: further sources that have a row.
    """
    column = quantity.column
    named = {name: metrics["systems"].get(name, {}) for name in (*quantity.systems, *also)}
    if column.path[0] in metrics["training"]:
        named = {"training": metrics["training"], **named}
    floor = ours(metrics["floors"], column)
    rows = tuple(
        (name, said(column.path, name), ours(figures, column, _absent(name)), floor)
        for name, figures in named.items()
    )
    return Table(quantity.part, quantity.title, quantity.reading, HEAD, rows)


def further(metrics: Json, facts: Json) -> tuple[str, ...]:
    """Sources that are no systems of the paper."""
    known: Mapping[str, object] = {**facts.get("systems", {}), "parametric": 0, "non-parametric": 0}
    return tuple(name for name in metrics["systems"] if name not in known)


def _absent(name: str) -> str:
    return NOT_FITTED if name.endswith("parametric") else NOT_TRAINED


def ours(figures: Json, column: Column, absent: str = NOT_TRAINED) -> str:
    """A figure with its interval and n; a word where there are no figures."""
    if not figures:
        return absent
    if column.path[0] not in figures:
        return "not measured"
    return " ".join(part for part in figure(figures, column) if part)
