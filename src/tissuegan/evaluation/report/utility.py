"""What the report shows of utility: arms as rows, and the curve over numbers of sections."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise

from matplotlib.axes import Axes

from tissuegan.evaluation.measures.utility import ARMS, BOTH, REAL, SYNTHETIC
from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.drawing import drawing, svg
from tissuegan.evaluation.report.section import Chart, Column, Row, Rows, Section

COLOURS = {REAL: "#555555", BOTH: "#0072b2", SYNTHETIC: "#d55e00"}
WORDS = {
    REAL: "real alone",
    BOTH: "real and synthetic",
    SYNTHETIC: "synthetic alone",
    "gain": "real and synthetic less real",
    "gain_synthetic": "synthetic less real",
}
APART = 0.16


def unfolded(rows: Rows) -> Rows:
    """A row for each arm and gain that was measured, or one that says why there is none."""
    return [each for row in rows for each in _unfolded(row)]


def _unfolded(row: Row) -> Rows:
    why = row.figures.get("why_not")
    if why:
        return [replace(row, name=f"{row.name}: not measured, {why}", figures={})]
    sections = row.figures["sections"]
    counted = f"{sections} section" + ("" if sections == 1 else "s")
    return [
        replace(row, name=f"{row.name}, {counted}: {words}", figures=row.figures[key])
        for key, words in WORDS.items()
        if row.figures[key]["n"]
    ]


def curve(rows: Rows, key: str, label: str) -> bytes | None:
    """A figure of each arm over the systems, in order of their numbers of sections."""
    shown = [row for row in rows if row.figures.get("sections") and row.figures[BOTH]["n"]]
    if not shown:
        return None
    shown.sort(key=lambda row: int(row.figures["sections"]))
    counts = [int(row.figures["sections"]) for row in shown]
    with drawing() as (figure, axes):
        for place, arm in enumerate(ARMS):
            left = (place - 1) * APART
            _arm(axes, arm, left, [(row.figures[arm], key) for row in shown])
            if len(set(counts)) == len(counts):
                _line(axes, arm, left, [row.figures[arm][key] for row in shown])
        names = [
            f"{row.name}\n{n} section{'s' * (n > 1)}" for row, n in zip(shown, counts, strict=True)
        ]
        axes.set_xticks(range(len(shown)), names)
        axes.set_xlim(-0.5, len(shown) - 0.5)
        axes.grid(axis="x", visible=False)
        axes.set_ylabel(label)
        axes.legend()
        return svg(figure)


def _arm(axes: Axes, arm: str, left: float, figures: list[tuple[Json, str]]) -> None:
    """Points with their intervals over seeds."""
    for place, (found, key) in enumerate(figures):
        if found[key] is not None:
            x, interval = place + left, found[f"{key}_interval"]
            label = WORDS[arm] if place == 0 else None
            axes.plot(x, found[key], "o", color=COLOURS[arm], label=label, markersize=5)
            if interval is not None:
                axes.plot([x, x], interval, color=COLOURS[arm], linewidth=1.4)


def _line(axes: Axes, arm: str, left: float, values: list[float | None]) -> None:
    for place, (one, other) in enumerate(pairwise(values)):
        if one is not None and other is not None:
            ends = [place + left, place + 1 + left]
            axes.plot(ends, [one, other], color=COLOURS[arm], linewidth=0.8, alpha=0.6)


UTILITY = Section(
    "utility",
    "Utility: segmenters that learn from the pairs",
    "A small segmenter learns, in the same number of steps and patches, from the real sections "
    "that a system learnt from, from its synthetic pairs, or from halves of both, and reads the "
    "held-out sections: a gain above 0 means that the pairs add what those sections do not show. "
    "Brackets are over training seeds alone, n of them.",
    (
        Column("mean IU", ("mean_iu",)),
        Column("F1 boundary", ("membrane_f1",)),
        Column("F1 organelle", ("mito_f1",)),
        Column("adapted Rand error", ("rand_error",)),
    ),
    (
        Chart(
            "utility",
            "Higher is better; systems from left to right by the number of sections that they "
            "learnt from.",
            partial(curve, key="mean_iu", label="mean IU on held-out sections"),
        ),
        Chart(
            "utility-rand",
            "Lower is better: how wrongly the cells are split and merged.",
            partial(curve, key="rand_error", label="adapted Rand error"),
        ),
    ),
    unfold=unfolded,
)
