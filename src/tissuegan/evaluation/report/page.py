"""The page of a report: one file with everything in it, made from metrics.json and pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Chart, Rows, Section, rows_of
from tissuegan.evaluation.report.sections import SECTIONS
from tissuegan.evaluation.report.table import html_table

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def charts(metrics: Json) -> dict[str, bytes]:
    """The SVG file of every chart that has something to show, by file name."""
    found = {}
    for section in _present(metrics):
        rows = rows_of(metrics, section.measure)
        for chart in section.charts:
            drawn = chart.draw(rows)
            if drawn is not None:
                found[f"{chart.name}.svg"] = drawn
    return found


def page(metrics: Json, pictures: Mapping[str, bytes]) -> str:
    """The report as one HTML file.

    Args:
        metrics: what metrics.json holds.
        pictures: the charts and the pictures that it names, by file name.
    """
    sections = _present(metrics)
    style = files("tissuegan.evaluation.report").joinpath("page.css").read_text(encoding="utf-8")
    links = "".join(f'<a href="#{s.measure}">{escape(s.title)}</a>' for s in sections)
    body = "".join(_section(section, metrics, pictures) for section in sections)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Tissue, judged</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header><h1>Tissue, judged</h1>{_facts(metrics)}<nav>{links}</nav></header>\n"
        f"<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _present(metrics: Json) -> list[Section]:
    return [section for section in SECTIONS if section.measure in metrics["floors"]]


def _facts(metrics: Json) -> str:
    real = metrics["real"]
    names = ", ".join(f"<b>{escape(name)}</b>" for name in metrics["systems"])
    return (
        f"<p>{names or 'No system'} against real sections: trained on {_span(real['train'])}, "
        f"held out {_span(real['test'])}, pixels of {real['pixel_size_nm']:g} nm; cells are "
        f"bounded by <b>{escape(real['boundary'])}</b>, in them lie "
        f"<b>{escape(', '.join(real['organelles'])) or 'no organelles'}</b>; "
        f"seed {metrics['seed']}, tissuegan {escape(metrics.get('tissuegan', ''))}.</p>"
        "<p>The held-out sections are the floor: real tissue, measured like a system. A difference "
        "no larger than theirs is what other sections of the same animal show. Brackets are 95 % "
        "intervals; n is the number that a figure rests on.</p>"
    )


def _span(names: list[str]) -> str:
    ends = names if len(names) < 3 else [names[0], "…", names[-1]]
    return f"{len(names)} ({escape(', '.join(ends))})"


def _section(section: Section, metrics: Json, pictures: Mapping[str, bytes]) -> str:
    rows = rows_of(metrics, section.measure)
    table = html_table(section, rows) if section.columns else ""
    drawn = "".join(_chart(chart, pictures) for chart in section.charts)
    shown = "".join(_pictures(key, reading, rows, pictures) for key, reading in section.pictures)
    return (
        f'<section id="{section.measure}"><h2>{escape(section.title)}</h2>'
        f"<p>{escape(section.reading)}</p>{table}"
        f'<div class="charts">{drawn}</div>{shown}</section>\n'
    )


def _chart(chart: Chart, pictures: Mapping[str, bytes]) -> str:
    name = f"{chart.name}.svg"
    if name not in pictures:
        return ""
    caption = f"<figcaption>{escape(chart.reading)}</figcaption>"
    return f"<figure>{_image(name, pictures, chart.reading)}{caption}</figure>"


def _pictures(key: str, reading: str, rows: Rows, pictures: Mapping[str, bytes]) -> str:
    found = ""
    for row in rows:
        name = row.figures.get("pictures", {}).get(key, "")
        if name in pictures:
            caption = f"<figcaption>{escape(row.name)}</figcaption>"
            found += f"<figure>{_image(name, pictures, row.name)}{caption}</figure>"
    return f'<p>{escape(reading)}</p><div class="pictures">{found}</div>' if found else ""


def _image(name: str, pictures: Mapping[str, bytes], words: str) -> str:
    kind = _TYPES[name.rpartition(".")[2]]
    data = b64encode(pictures[name]).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:{kind};base64,{data}">'
