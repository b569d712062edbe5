"""Writes pages of results: ``make results REPORT=DIR ALSO="DIR ..." MANY=DIR``.

DIR is the folder of a ``reproduce``, which makes docs/results.md, or a report of ``evaluate`` on
the shipped models, which makes docs/shipped.md and the README's table. Nothing is measured here:
every figure is one of its metrics.json or reproduction.json. Measures that it lacks may come from
further reports on the same sections: a long one, such as utility, is made by itself. MANY=DIR is a
report of the shipped models by more fields, whose tables come after the others.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path
from shutil import copyfile, rmtree

from tissuegan.evaluation.measures import MEASURES
from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Column, Section, rows_of
from tissuegan.evaluation.report.table import markdown_table
from tissuegan.reproduction.figures import Picture, charts, pictures
from tissuegan.reproduction.reproduce import FIGURES, REPORT
from tissuegan.reproduction.results import page, read, report_tables

ROOT = Path(__file__).parent.parent
START, END = "<!-- results start -->", "<!-- results end -->"

HOW = """# Results

How each system was trained, and which of them began with others, stands under
[reproduction](reproduce.md).
"""

IMAGES = "images/results"
COPIED = ("samples", "segmentation")
"""Parts whose pictures are copied: those that show no real sections."""

MANY = """
## The same by {fields} fields

Ten fields have few mitochondria, and ten others have others. This is of
`tissuegan evaluate --set fields={fields} --only statistics --only realism --only c2st`. A
classifier that learns from more synthetic cells than real ones takes fewer of them for real, so of
realism compare the column with equal numbers alone.

"""

JOINT = {measure.name for measure in MEASURES if measure.joint}

README = (
    Column("cell size, µm", ("statistics", "cell_size_um")),
    Column("organelle size, µm", ("statistics", "mito_size_um")),
    Column("cells taken for real, equal numbers", ("realism", "equal_n", "fooled")),
    Column("told from real (C2ST)", ("c2st", "accuracy")),
    Column("power spectrum, decades", ("spectra", "power_distance")),
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


def joined(metrics: Json, other: Json) -> Json:
    """Metrics with the measures of another report that they lack.

    Measures that depend on who else is in a report are left out: they do not compare.
    SystemExit where the two are not of the same real sections and seed.
    """
    for key in ("real", "seed", "tissuegan"):
        if metrics[key] != other[key]:
            raise SystemExit(f"The reports do not go together: they differ in '{key}'.")
    names = [*metrics["systems"], *(n for n in other["systems"] if n not in metrics["systems"])]
    pairs = (
        (name, metrics["systems"].get(name, {}), other["systems"].get(name, {})) for name in names
    )
    return {
        **metrics,
        "systems": {name: {**alone(theirs), **ours} for name, ours, theirs in pairs},
        "floors": {**alone(other["floors"]), **metrics["floors"]},
        "training": {**alone(other["training"]), **metrics["training"]},
    }


def alone(figures: Json) -> Json:
    """The measures that are the same whoever else is in the report."""
    return {name: each for name, each in figures.items() if name not in JOINT}


def by_more_fields(metrics: Json) -> str:
    """The tables of a report by more fields, with how many they are."""
    tables = report_tables(metrics).replace("## ", "### ")
    return MANY.format(fields=max(metrics["fields"].values())) + tables


def copied(report: Path, metrics: Json, facts: Json) -> Iterator[Picture]:
    """Charts, and pictures that show no real sections, copied to the documentation's images."""
    folder = ROOT / "docs" / IMAGES
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    drawn = [chart.in_folder(FIGURES) for chart in charts(metrics, facts)]
    shown = pictures(metrics, facts, f"{REPORT}/{FIGURES}", FIGURES)
    for each in (*drawn, *(picture for picture in shown if picture.part in COPIED)):
        name = Path(each.file).name
        copyfile(report / each.file, folder / name)
        yield replace(each, file=f"{IMAGES}/{name}")


def main() -> None:
    """Writes the page that a report is for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="what `evaluate` or `reproduce` wrote")
    parser.add_argument("also", type=Path, nargs="*", help="further reports of `evaluate`")
    parser.add_argument("--many", type=Path, help="a report by more fields")
    asked = parser.parse_args()
    own, facts = read(asked.report)
    metrics = reduce(joined, (read(report)[0] for report in asked.also), own)
    if facts is not None:
        shown = list(copied(asked.report, metrics, facts))
        results = page(metrics, facts, shown).replace("# Results\n", HOW, 1)
        (ROOT / "docs" / "results.md").write_text(results, encoding="utf-8")
        return
    shipped = page(metrics).replace("# Results", "# The shipped models, judged", 1)
    if asked.many:
        shipped += by_more_fields(read(asked.many)[0])
    (ROOT / "docs" / "shipped.md").write_text(shipped, encoding="utf-8")
    readme = ROOT / "README.md"
    text = with_table(readme.read_text(encoding="utf-8"), readme_table(own))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
