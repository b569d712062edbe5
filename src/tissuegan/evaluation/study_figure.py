"""The figure of a user study, as Fig. 9 of the paper: bars of what was taken for real."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from tissuegan.evaluation.study import GroupResult, StudyResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["study_figure"]

# Okabe and Ito: told apart by colour-blind people, and in grey.
_GROUPS = (("experts", "#0072b2"), ("others", "#e69f00"))
_WIDTH = 0.36


def study_figure(result: StudyResult, title: str = "") -> bytes:
    """Draws the share of synthetic tiles taken for real, by system, experts apart.

    Bars are means over participants, whiskers one standard deviation, as in the paper; dots are
    the participants. The line is the share of real tiles that were taken for real.

    Returns:
        A PNG.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = [system.name for system in result.all.systems]
    figure = Figure(figsize=(max(4.0, 1.5 + 1.3 * len(names)), 3.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    _bars(axes, result)
    _reference(axes, result.all)
    _frame(axes, names, title)
    stream = BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": "tissuegan"})
    return stream.getvalue()


def _bars(axes: Axes, result: StudyResult) -> None:
    groups = {"experts": result.experts, "others": result.others}
    asked = [(name, colour) for name, colour in _GROUPS if groups[name].participants]
    for k, (name, colour) in enumerate(asked):
        shift = (k - (len(asked) - 1) / 2) * _WIDTH
        label = f"{name} (n = {groups[name].participants})"
        _bar(axes, groups[name], shift, colour, label)


def _bar(axes: Axes, group: GroupResult, shift: float, colour: str, label: str) -> None:
    places = [k + shift for k in range(len(group.systems))]
    means = [100 * (s.mean or 0.0) for s in group.systems]
    spread = [100 * (s.std or 0.0) for s in group.systems]
    axes.bar(places, means, 0.9 * _WIDTH, color=colour, alpha=0.55, label=label)
    axes.errorbar(places, means, spread, fmt="none", ecolor="#222222", capsize=4)
    for place, system in zip(places, group.systems, strict=True):
        _dots(axes, place, system.each, colour)


def _dots(axes: Axes, place: float, each: Sequence[float], colour: str) -> None:
    """The participants side by side, so that equal shares do not hide each other."""
    step = 0.6 * _WIDTH / max(1, len(each) - 1)
    at = [place + (k - (len(each) - 1) / 2) * step for k in range(len(each))]
    axes.scatter(at, [100 * share for share in each], 12, colour, edgecolors="#222222", lw=0.5)


def _reference(axes: Axes, group: GroupResult) -> None:
    if group.real_share is not None:
        share = 100 * group.real_share
        label = f"real taken for real ({share:.0f} %)"
        axes.axhline(share, color="#222222", ls="--", lw=1, label=label)


def _frame(axes: Axes, names: Sequence[str], title: str) -> None:
    turn = 20 if max(map(len, names), default=0) > 14 else 0
    axes.set_xticks(range(len(names)), labels=list(names), rotation=turn)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylim(0, 105)
    axes.set_ylabel("synthetic taken for real (%)")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
