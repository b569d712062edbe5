"""The page of a reproduction: one HTML file with everything in it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from tissuegan.evaluation.panel import Json
from tissuegan.reproduction.figures import Chart, Picture
from tissuegan.reproduction.parts import PARTS, Part
from tissuegan.reproduction.tables import Table

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
_WIDE = ("conditional", "realism", "diversity")
"""Parts whose pictures are as wide as the page."""
_NARROW = 4
"""Columns up to which tables stand side by side."""
_STYLE = """h3 { font-size: 1.05rem; margin: 1.2rem 0 0.2rem; }
.tables { display: grid; gap: 0 2rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); }
.tables > div { min-width: 0; }
.tables > .whole { grid-column: 1 / -1; }
.wide-pictures img { max-width: 100%; height: auto; image-rendering: pixelated; }
"""


def page(
    facts: Json,
    metrics: Json,
    tables: Sequence[Table],
    charts: Sequence[Chart],
    pictures: Mapping[Picture, bytes],
) -> str:
    """The reproduction as one HTML file.

    Args:
        facts: what reproduction.json holds.
        metrics: the figures of the report.
        tables: all tables.
        charts: all charts.
        pictures: the contents of every picture.
    """
    style = files("tissuegan.evaluation.report").joinpath("page.css").read_text(encoding="utf-8")
    links = "".join(f'<a href="#{part.name}">{escape(part.title)}</a>' for part in PARTS)
    body = "".join(_part(part, tables, charts, pictures) for part in PARTS)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>The paper, reproduced</title>\n<style>\n{style}"
        f"{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>The paper, reproduced</h1>{_facts(facts, metrics)}<nav>{links}</nav>"
        f"</header>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _facts(facts: Json, metrics: Json) -> str:
    real = metrics["real"]
    warning = (
        "<p><b>This budget proves the wiring: the models are trained for a few steps, and their "
        "figures mean nothing.</b></p>"
    )
    return (
        f"<p>Budget <b>{escape(facts['budget'])}</b>, seed {facts['seed']}, tissuegan "
        f"{escape(facts['tissuegan'])}; trained on the first half of the sections, measured on "
        f"{len(real['train'])} of them and {len(real['test'])} held out."
        f"{_judged(facts['judge'])}</p>{warning if facts['budget'] == 'smoke' else ''}"
        "<p>The paper's number stands beside ours. The floor is held-out real tissue, measured "
        "like a system. Brackets are 95 % intervals; n is what a figure rests on. "
        '<a href="report/index.html">The report</a> has every measure of every system.</p>'
    )


def _judged(judge: str | None) -> str:
    return f" Segmentation is judged by <b>{escape(judge)}</b>." if judge else ""


def _part(
    part: Part,
    tables: Sequence[Table],
    charts: Sequence[Chart],
    pictures: Mapping[Picture, bytes],
) -> str:
    own = "".join(_table(table) for table in tables if table.part == part.name)
    drawn = "".join(_figure(c.words, "svg", c.svg) for c in charts if c.part == part.name)
    shown = "".join(
        _figure(picture.words, "png", contents)
        for picture, contents in pictures.items()
        if picture.part == part.name
    )
    reading = f"<p>{_marked(part.reading)}</p>" if part.reading else ""
    kind = "wide-pictures" if part.name in _WIDE else "pictures"
    return (
        f'<section id="{part.name}"><h2>{escape(part.title)}</h2>{reading}'
        f'<div class="tables">{own}</div>'
        f'<div class="charts">{drawn}</div><div class="{kind}">{shown}</div></section>\n'
    )


def _table(table: Table) -> str:
    """A table that scrolls in a narrow window; the reading's Markdown is bold and code only."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.head)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, cells))}</tr>'
        for name, *cells in table.rows
    )
    kind = "" if len(table.head) <= _NARROW else ' class="whole"'
    return (
        f"<div{kind}><h3>{escape(table.title)}</h3><p>{_marked(table.reading)}</p>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def _cell(text: str) -> str:
    """A value, with its interval and n in a line each below it."""
    found = re.fullmatch(r"(.+?)( \[.*?\]| at least \S+)?( n = \d+)?", text)
    value, *small = found.groups() if found else (text,)
    below = "".join(f"<small>{escape(part.strip())}</small>" for part in small if part)
    return f"<td>{escape(value)}{below}</td>"


def _marked(text: str) -> str:
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))
    return re.sub(r"`(.+?)`", r"<code>\1</code>", bold)


def _figure(words: str, kind: str, contents: bytes) -> str:
    data = b64encode(contents).decode("ascii")
    image = f'<img alt="{escape(words)}" src="data:{_TYPES[kind]};base64,{data}">'
    return f"<figure>{image}<figcaption>{escape(words)}</figcaption></figure>"
