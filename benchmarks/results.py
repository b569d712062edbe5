"""Writes docs/results.md and the README's table from a report: ``make results REPORT=report``.

Nothing is measured here: every figure is one of the report's metrics.json.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Column, Section, rows_of
from tissuegan.evaluation.report.sections import SECTIONS
from tissuegan.evaluation.report.table import markdown_table

ROOT = Path(__file__).parent.parent
START, END = "<!-- results start -->", "<!-- results end -->"

PAGE = """# Results

`make results` writes this page from the `metrics.json` of a report, which
`tissuegan evaluate --real vnc --synthetic {systems} --out report` makes (seed {seed}, tissuegan
{version}). Training sections {train}, held-out sections {test}. Held-out sections are real tissue
measured like a system, the floor. Brackets are 95 % intervals, n is what a figure rests on.

{tables}"""

README = (
    Column("cell size, µm", ("statistics", "cell_size_um")),
    Column("organelle size, µm", ("statistics", "mito_size_um")),
    Column("cells taken for real", ("realism", "fooled")),
    Column("told from real (C2ST)", ("c2st", "accuracy")),
    Column("power spectrum, decades", ("spectra", "power_distance")),
)


def tables(metrics: Json) -> str:
    """Every section of the report that has a table, in Markdown."""
    shown = [s for s in SECTIONS if s.columns and s.measure in metrics["floors"]]
    return "\n".join(
        f"## {section.title}\n\n{section.reading}\n\n"
        f"{markdown_table(section, rows_of(metrics, section.measure))}"
        for section in shown
    )


def page(metrics: Json) -> str:
    """The page of results."""
    real = metrics["real"]
    return PAGE.format(
        systems=" ".join(metrics["systems"]),
        seed=metrics["seed"],
        version=metrics["tissuegan"],
        train=f"{real['train'][0]} to {real['train'][-1]}",
        test=f"{real['test'][0]} to {real['test'][-1]}",
        tables=tables(metrics),
    )


def readme_table(metrics: Json) -> str:
    """The README's table: a few figures of everyone."""
    whole = {
        **metrics,
        "training": {"all": metrics["training"]},
        "floors": {"all": metrics["floors"]},
        "systems": {name: {"all": figures} for name, figures in metrics["systems"].items()},
    }
    return markdown_table(Section("all", "", "", README), rows_of(whole, "all"))


def with_table(text: str, table: str) -> str:
    """A text with the table between its two marks."""
    found, count = re.subn(
        f"{START}.*?{END}", f"{START}\n{table}{END}", text, count=1, flags=re.DOTALL
    )
    if not count:
        raise SystemExit(f"The README has no place for the table: {START} ... {END}")
    return found


def main() -> None:
    """Writes both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the folder that `evaluate` wrote")
    metrics = json.loads((parser.parse_args().report / "metrics.json").read_text(encoding="utf-8"))
    (ROOT / "docs" / "results.md").write_text(page(metrics), encoding="utf-8")
    readme = ROOT / "README.md"
    text = with_table(readme.read_text(encoding="utf-8"), readme_table(metrics))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
