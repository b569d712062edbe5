"""Charts as SVG files whose bytes depend on the figures alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tissuegan.evaluation.report.section import Row, Rows

SIZE = (5.2, 3.3)
_DASHES, _MARKERS = ("-", "--", ":"), ("o", "^", "s")
"""Of rows that have the palette to themselves, and of those that share its colours with them."""
_STYLE: Any = {
    "svg.hashsalt": "tissuegan",
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
}


@contextmanager
def drawing(size: tuple[float, float] = SIZE) -> Iterator[tuple[Figure, Axes]]:
    """A figure of ``size`` inches with one pair of axes, in the report's style."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        yield figure, figure.add_subplot()


def svg(figure: Figure) -> bytes:
    """The figure as an SVG file without a date."""
    stream = BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def bars(
    rows: Rows, key: str, label: str, ideal: float | None = None, top: float | None = None
) -> bytes | None:
    """Horizontal bars of a figure with its intervals, one a row; a dotted line at the ideal."""
    shown = [row for row in rows if row.figures.get(key) is not None]
    if not shown:
        return None
    with drawing((SIZE[0], 0.9 + 0.42 * len(shown))) as (figure, axes):
        values = [float(row.figures[key]) for row in shown]
        axes.barh(range(len(shown)), values, color=[row.colour for row in shown], height=0.62)
        for place, (row, value) in enumerate(zip(shown, values, strict=True)):
            _whisker(axes, place, value, row.figures.get(f"{key}_interval"))
        axes.set_yticks(range(len(shown)), [named(row) for row in shown])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlim(0, top)
        axes.locator_params(axis="x", nbins=6)
        axes.ticklabel_format(axis="x", scilimits=(-2, 4))
        axes.set_xlabel(label)
        if ideal is not None:
            axes.axvline(ideal, color="#000000", linestyle=":", linewidth=1.2)
        return svg(figure)


def named(row: Row) -> str:
    """The name of a row with its n, where it has one."""
    n = row.figures.get("n")
    return row.name if n is None else f"{row.name} (n = {n})"


def steps(
    lines: Sequence[tuple[Row, Sequence[float], Sequence[float]]], label: str
) -> bytes | None:
    """Histograms as outlines: for each row the left edges of its bins and the share in each."""
    if not lines:
        return None
    with drawing(_with_legend(lines)) as (figure, axes):
        for row, edges, shares in lines:
            ends = [*edges, 2 * edges[-1] - edges[-2]]
            axes.stairs(shares, ends, label=named(row), **_line(row))
        axes.set_xlabel(label)
        axes.set_ylabel("share of the objects")
        axes.set_ylim(bottom=0)
        return _explained(figure)


def curves(
    lines: Sequence[tuple[Row, Sequence[float], Sequence[float]]],
    labels: tuple[str, str],
    log: bool = False,
    level: float | None = None,
) -> bytes | None:
    """One line a row, over x, with a dotted line at a level."""
    if not lines:
        return None
    with drawing(_with_legend(lines)) as (figure, axes):
        for row, x, y in lines:
            axes.plot(x, y, label=named(row), **_line(row))
        if log:
            axes.set_xscale("log")
        if level is not None:
            axes.set_ylim(0, 1)
            axes.axhline(level, color="#000000", linestyle=":", linewidth=1.2)
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        return _explained(figure)


def scatter(rows: Rows, key: str) -> bytes | None:
    """Points (x, y) of each row, the systems above the real cells."""
    shown = [row for row in rows if row.figures.get(key)]
    if not shown:
        return None
    with drawing(_with_legend(shown, 4.2)) as (figure, axes):
        for row in shown:
            x, y = np.array(row.figures[key]).T
            axes.scatter(x, y, s=14, alpha=0.65, linewidths=0, label=named(row), **_point(row))
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(visible=False)
        return _explained(figure)


def _with_legend(lines: Sized, height: float = SIZE[1]) -> tuple[float, float]:
    """The size of a drawing below which the legend of so many lines stands, two a row."""
    return SIZE[0], height + 0.11 * len(lines)


def _explained(figure: Figure) -> bytes:
    figure.legend(loc="outside lower center", ncols=2)
    return svg(figure)


def _line(row: Row) -> dict[str, Any]:
    return {"color": row.colour, "linestyle": _DASHES[row.lap % len(_DASHES)], "linewidth": 1.4}


def _point(row: Row) -> dict[str, Any]:
    return {"color": row.colour, "marker": _MARKERS[row.lap % len(_MARKERS)]}


def _whisker(axes: Axes, place: int, value: float, interval: Sequence[float] | None) -> None:
    if interval is not None:
        axes.plot(interval, [place, place], color="#000000", linewidth=1.2)
        axes.plot([value], [place], color="#000000", marker="|", markersize=8)
