"""``tissuegan reproduce``: every table and figure of the paper, from data to pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow

__all__ = ["EXAMPLE", "reproduce"]

EXAMPLE = """\b
Examples:
  tissuegan reproduce --data vnc --out paper --budget smoke
  tissuegan reproduce --data vnc --out paper-cpu --budget cpu --also vnc-sgan
  tissuegan reproduce --data vnc --out shipped --budget cpu --start vnc-sgan
  tissuegan reproduce --data vnc --out some --budget cpu --systems labels,non-ms --dry-run"""


def reproduce(
    *,
    data: Annotated[Path, typer.Option(metavar="DATASET", help="Annotated sections.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder; if begun, it goes on.")],
    budget: Annotated[
        Literal["smoke", "cpu", "gpu"],
        typer.Option(help="smoke: minutes, proves the wiring; cpu: a night; gpu: an hour."),
    ] = "smoke",
    systems: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="Train and measure these only.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Systems of two stages begin with its generators; else with those trained here.",
        ),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="SOURCE", help="Measure this too; may be given several times."),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Segmenter that judges; else the one trained here."),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Of everything.")
    ] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be trained, then stop.")
    ] = False,
) -> None:
    """Train what is missing, measure everything, set the paper's numbers beside ours.

    Systems are trained on the first half of the sections (of 20 or more: the first ten) into
    DIR/runs/NAME by their recipes; a finished run that is there is taken as it is. The same
    command goes on where it was stopped. Writes DIR/index.html, results.md, figures/ and
    reproduction.json, and the report of `evaluate` in DIR/report.
    """
    from tissuegan.reproduction.plan import told
    from tissuegan.reproduction.reproduce import rehearsed
    from tissuegan.reproduction.reproduce import reproduce as stages
    from tissuegan.reproduction.request import Request

    request = Request(data, out, budget, systems, tuple(also or ()), judge, seed, start)
    if dry_run:
        typer.echo("\n".join(told(item) for item in rehearsed(request)))
        return
    for stage in stages(request):
        follow(stage.title, stage.steps)
    typer.echo(f"Wrote {out / 'index.html'}, {out / 'results.md'} and {out / 'reproduction.json'}")
