"""Results of a study as JSON, as CSV and as lines to read."""

from __future__ import annotations

import csv
from dataclasses import asdict
from io import StringIO

from tissuegan.evaluation.study import GroupResult, StudyResult, SystemResult, study_result
from tissuegan.evaluation.study_figure import study_figure
from tissuegan.web.study.reading import Collected

__all__ = ["COLUMNS", "figure_of", "lines", "result_of", "results_csv", "results_json", "rows"]

COLUMNS = (
    *("group", "system", "participants", "tiles", "taken for real", "share", "95 % (Wilson)"),
    *("95 % (participants)", "mean ± SD", "d′"),
)
_TITLES = {"image": "Images", "label": "Labels", "pair": "Label and image"}


def result_of(found: Collected) -> StudyResult:
    """The results; the study's own seed is that of the bootstrap."""
    return study_result(found.answers, found.systems, found.seed)


def figure_of(found: Collected) -> bytes:
    """The figure, a PNG."""
    return study_figure(result_of(found), _TITLES[found.mode])


def groups_of(result: StudyResult) -> tuple[tuple[str, GroupResult], ...]:
    """All, experts and others, by name."""
    return ("all", result.all), ("experts", result.experts), ("others", result.others)


def results_json(found: Collected) -> dict[str, object]:
    """Everything that is known, as plain values; None where there is too little to say."""
    return {
        "mode": found.mode,
        "seed": found.seed,
        "came": found.came,
        "pages": found.pages,
        **asdict(result_of(found)),
    }


def rows(result: StudyResult) -> list[tuple[str, ...]]:
    """The table to read: one row a group and system, with the real tiles of the group first."""
    found: list[tuple[str, ...]] = []
    for name, group in groups_of(result):
        if group.participants:
            found.append(_real(name, group))
            found += [_row(name, system) for system in group.systems]
    return found


def lines(found: Collected) -> list[str]:
    """The table in columns, under a line that says how much there is."""
    people = len({answer.participant for answer in found.answers})
    told = f"{found.came} came, {people} answered, {found.pages} pages of mode {found.mode}"
    if not found.answers:
        return [told]
    table = [COLUMNS, *rows(result_of(found))]
    widths = [max(len(row[k]) for row in table) for k in range(len(COLUMNS))]
    padded = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return [told, *padded]


def results_csv(result: StudyResult) -> str:
    """One line a group and system, with every number in full; empty where nothing is known."""
    stream = StringIO()
    fields = [key for key in SystemResult.__dataclass_fields__ if key != "each"]
    writer = csv.writer(stream, lineterminator="\n")
    ends = [
        f"{key}_{end}" for key in fields for end in (("low", "high") if _is_interval(key) else ())
    ]
    writer.writerow(["group", *(key for key in fields if not _is_interval(key)), *ends])
    for name, group in groups_of(result):
        for system in group.systems:
            facts = asdict(system)
            single = [facts[key] for key in fields if not _is_interval(key)]
            pairs = [end for key in fields if _is_interval(key) for end in facts[key] or ("", "")]
            writer.writerow([name, *("" if v is None else v for v in single), *pairs])
    return stream.getvalue()


def _is_interval(key: str) -> bool:
    return key in ("wilson", "bootstrap", "d_prime_bootstrap")


def _real(name: str, group: GroupResult) -> tuple[str, ...]:
    return (
        *(name, "(real)", str(group.participants), str(group.real_n)),
        *(str(group.real_taken_for_real), _percent(group.real_share)),
        *(_interval(group.real_wilson), "", "", ""),
    )


def _row(name: str, system: SystemResult) -> tuple[str, ...]:
    mean = _percent(system.mean)
    if system.std is not None:
        mean = f"{mean} ± {100 * system.std:.1f}"
    return (
        *(name, system.name, str(system.participants), str(system.n)),
        *(str(system.taken_for_real), _percent(system.share)),
        *(_interval(system.wilson), _interval(system.bootstrap), mean),
        "–" if system.d_prime is None else f"{system.d_prime:.2f}",
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _interval(ends: tuple[float, float] | None) -> str:
    return "–" if ends is None else f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f}"
