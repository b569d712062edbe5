"""Tables of figures in HTML and Markdown, each figure with its interval and its n."""

from __future__ import annotations

from html import escape
from typing import Any

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Column, Row, Rows, Section


def html_table(section: Section, rows: Rows) -> str:
    """The table of a section; it may be wider than a narrow window, in which it scrolls."""
    head = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in section.columns)
    body = "".join(_html_row(section, row) for row in section.unfold(rows))
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(section.title)}">'
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def markdown_table(section: Section, rows: Rows) -> str:
    """The same table in Markdown."""
    titles = ["", *(column.title for column in section.columns)]
    lines = [titles, ["---"] * len(titles)]
    for row in section.unfold(rows):
        cells = [figure(row.figures, column) for column in section.columns]
        lines.append([row.name, *(" ".join(part for part in cell if part) for cell in cells)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def figure(figures: Json, column: Column) -> tuple[str, str, str]:
    """(value, interval, n) of a figure as text, each empty where it is not there."""
    holder, value = _found(figures, column.path)
    key = column.path[-1]
    if isinstance(value, dict):
        holder, value, key = value, value.get("mean"), ""
    interval = holder.get(f"{key}_interval" if key else "interval")
    n = holder.get(f"{key}_n" if key else "n", holder.get("n"))
    return _number(value, column.digits), _interval(interval, column.digits), _count(n)


def _found(figures: Json, path: tuple[str, ...]) -> tuple[Json, Any]:
    for key in path[:-1]:
        figures = figures.get(key) or {}
    return figures, figures.get(path[-1])


def _html_row(section: Section, row: Row) -> str:
    cells = "".join(_html_cell(row, column) for column in section.columns)
    mark = f'<i style="background:{row.colour}"></i>'
    return f'<tr><th scope="row">{mark}{escape(row.name)}</th>{cells}</tr>'


def _html_cell(row: Row, column: Column) -> str:
    value, interval, n = figure(row.figures, column)
    small = f"<small>{escape(interval)}</small>" if interval else ""
    counted = f'<small class="n">{escape(n)}</small>' if n else ""
    return f"<td>{escape(value)}{small}{counted}</td>"


def _number(value: Any, digits: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, str | int):
        return str(value)
    rounded = f"{value:.{digits}f}"
    return f"{value:.1e}" if value and not float(rounded) else rounded


def _interval(interval: Any, digits: int) -> str:
    """An interval as text; None at its upper end is no bound at all."""
    if not interval:
        return ""
    low, high = (None if end is None else _number(end, digits) for end in interval)
    return f"at least {low}" if high is None else f"[{low}, {high}]"


def _count(n: Any) -> str:
    return "" if n is None else f"n = {n}"
