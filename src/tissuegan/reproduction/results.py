"""The page of results in Markdown, from metrics.json and, where there is one, reproduction.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import rows_of
from tissuegan.evaluation.report.sections import SECTIONS
from tissuegan.evaluation.report.table import markdown_table
from tissuegan.reproduction import orderings
from tissuegan.reproduction.extras import of_attention, of_cost, of_diversity, of_stages
from tissuegan.reproduction.figures import Picture
from tissuegan.reproduction.parts import PARTS, Part
from tissuegan.reproduction.tables import QUANTITIES, Table, further, of_quantity

RECORD = "reproduction.json"

_REPORT = """# Results

`make results` writes this page from the `metrics.json` of a report, which
`tissuegan evaluate --real vnc --synthetic {systems} --out report` makes (seed {seed}, tissuegan
{version}). Training sections {train}, held-out sections {test}. Held-out sections are real tissue
measured like a system, the floor. Brackets are 95 % intervals, n is what a figure rests on.

{tables}"""

_REPRODUCTION = """# Results

`tissuegan reproduce --data vnc --out DIR --budget {budget}{more}` makes this page (seed {seed},
tissuegan {version}); `make results REPORT=DIR` copies it here. Training sections {train}, held-out
sections {test}. Held-out sections are real tissue measured like a system: the floor. Brackets are
95 % intervals, n is what a figure rests on.{judge}{warning}

The paper's numbers are of larger networks trained for longer, and its statistics follow rules that
it does not give in full: compare each column with its own floor and training sections.

{own}
# Everything that was measured

{tables}"""

_SMOKE = """

**The budget `smoke` proves the wiring: its models are trained for a few steps, and their figures
mean nothing.**"""


def page(metrics: Json, facts: Json | None = None, shown: Sequence[Picture] = ()) -> str:
    """The page of results; with a reproduction's facts the paper's numbers stand beside ours.

    Args:
        metrics: the figures of a report.
        facts: what reproduction.json holds.
        shown: charts and pictures of the reproduction, by their files as the page finds them.
    """
    real = metrics["real"]
    common = {
        "seed": metrics["seed"],
        "version": metrics["tissuegan"],
        "train": _span(real["train"]),
        "test": _span(real["test"]),
        "tables": report_tables(metrics),
    }
    if facts is None:
        return _REPORT.format(systems=" ".join(metrics["systems"]), **common)
    tables = list(paper_tables(metrics, facts))
    return _REPRODUCTION.format(
        budget=facts["budget"],
        more=_more(facts),
        judge=f" Segmentation is judged by `{facts['judge']}`." if facts["judge"] else "",
        warning=_SMOKE if facts["budget"] == "smoke" else "",
        own="\n".join(_part(part, tables, shown) for part in PARTS if _has(part, tables, shown)),
        **common,
    )


def _more(facts: Json) -> str:
    """The options that decide what is in a reproduction, as they were given."""
    words = [*_option("start", facts.get("start"))]
    words += (word for source in facts.get("also", ()) for word in _option("also", source))
    words += _option("judge", None if facts["judge"] == "segmenter" else facts["judge"])
    return "".join(words)


def _option(name: str, value: str | None) -> tuple[str, ...]:
    return () if value is None else (f" --{name} {value}",)


def read(folder: Path) -> tuple[Json, Json | None]:
    """The figures of a reproduction's or a report's folder: metrics.json, reproduction.json."""
    record = folder / RECORD
    facts = json.loads(record.read_text(encoding="utf-8")) if record.exists() else None
    place = folder / (facts["report"] if facts is not None else "metrics.json")
    return json.loads(place.read_text(encoding="utf-8")), facts


def paper_tables(metrics: Json, facts: Json) -> Iterator[Table]:
    """Every table and figure of the paper as a table, then orderings and what training took."""
    also = further(metrics, facts)
    yield from (of_quantity(each, metrics, also) for each in QUANTITIES)
    yield from of_stages(metrics)
    yield of_diversity(facts)
    yield of_attention(facts)
    yield orderings.table(orderings.checked(metrics, facts))
    yield of_cost(facts)


def report_tables(metrics: Json) -> str:
    """Every section of the report that has a table, in Markdown."""
    shown = [s for s in SECTIONS if s.columns and s.measure in metrics["floors"]]
    return "\n".join(
        f"## {section.title}\n\n{section.reading}\n\n"
        f"{markdown_table(section, rows_of(metrics, section.measure))}"
        for section in shown
    )


def _has(part: Part, tables: Sequence[Table], shown: Sequence[Picture]) -> bool:
    filled = {*(table.part for table in tables), *(picture.part for picture in shown)}
    return part.name in filled


def _part(part: Part, tables: Sequence[Table], shown: Sequence[Picture]) -> str:
    """A part of the page in Markdown."""
    own = [markdown(table) for table in tables if table.part == part.name]
    drawn = [_picture(picture) for picture in shown if picture.part == part.name]
    reading = [f"{part.reading}\n"] if drawn and part.reading else []
    return "\n".join([f"## {part.title}\n", *reading, *own, *drawn])


def _picture(picture: Picture) -> str:
    return f"{picture.words}\n\n![{picture.words}]({picture.file})\n"


def markdown(table: Table) -> str:
    """A table with its title and how to read it."""
    lines = [table.head, tuple("---" for _ in table.head), *table.rows]
    body = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"### {table.title}\n\n{table.reading}\n\n{body}"


def _span(names: list[str]) -> str:
    return names[0] if len(names) < 2 else f"{names[0]} to {names[-1]}"
