"""``tissuegan evaluate``: sources of tissue measured against real sections."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow
from tissuegan.errors import UserError

__all__ = ["EXAMPLE", "evaluate"]

FIELDS, POOL, UTILITY = "fields", "support.pool", "utility"
EXAMPLE = """\b
Examples:
  tissuegan evaluate --real vnc --synthetic vnc-sgan --out report
  tissuegan evaluate --real vnc --synthetic runs/mine tissue --out report --only realism
  tissuegan evaluate --real vnc --synthetic runs/one --out report --only utility
  tissuegan evaluate --real vnc --synthetic vnc-sgan --out report --set fields=60 --only realism"""


def evaluate(
    *,
    real: Annotated[str, typer.Option(metavar="DATASET", help="Real sections with labels.")],
    synthetic: Annotated[
        list[str],
        typer.Option(
            metavar="SOURCE",
            help="A model, a dataset folder, parametric or non-parametric; several may follow.",
        ),
    ],
    more: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Further sources.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="REPORT", help="Folder for the report.")],
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME,...", help="These measures only; utility if named."),
    ] = None,
    sections_train: Annotated[
        str | None, typer.Option(metavar="A:B", help="Real sections that were learnt from.")
    ] = None,
    sections_test: Annotated[
        str | None, typer.Option(metavar="A:B", help="Real sections held out.")
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Of every choice.")
    ] = 0,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="fields, support.pool, ..."),
    ] = None,
) -> None:
    """Measure sources of tissue against real sections.

    Writes REPORT/metrics.json and, from it alone, the page REPORT/index.html. Every figure has an
    interval, a number n, and the floor that held-out sections have. Without --sections-train and
    --sections-test they are the first ten sections and the next ten, or the two halves. --set
    fields=N is how many fields each model draws, as many as there are training sections if left
    out: more make intervals narrower; support.pool=N is how many labels the birthday test draws of
    each source, 5000 if left out; utility.KEY=VALUE sets how the segmenters of the measure utility
    are trained.
    """
    train = None if sections_train is None else values.parse_sections(sections_train)
    changes = values.parse_overrides(override or ())
    test = None if sections_test is None else values.parse_sections(sections_test)
    if out.exists() and not out.is_dir():
        raise UserError(f"--out {out} is a file; give the name of a folder")

    from tissuegan.evaluation.measures import chosen
    from tissuegan.evaluation.panel import Panel
    from tissuegan.io.evaluate import evaluate as evaluated
    from tissuegan.io.reader import segmentation
    from tissuegan.io.utility import count_of, utility

    pool = count_of(POOL, changes.pop(POOL, str(Panel.pool)))
    fields = count_of(FIELDS, changes.pop(FIELDS)) if FIELDS in changes else None
    long = {UTILITY: partial(utility, changes)}
    names = ",".join(only) if only else None
    measures = chosen(names, {"segmentation": segmentation}, long)
    if changes and UTILITY not in [measure.name for measure in measures]:
        raise UserError(f"--set {next(iter(changes))}: nothing here has it; add --only {UTILITY}")
    sources = [*synthetic, *(more or [])]
    follow("evaluate", evaluated(real, sources, out, measures, train, test, seed, pool, fields))
    typer.echo(f"Wrote {out / 'metrics.json'} and {out / 'index.html'}")
