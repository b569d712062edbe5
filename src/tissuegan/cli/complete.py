"""``tissuegan complete``: further classes for one's own labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow

__all__ = ["EXAMPLE", "complete"]

BEST = "vnc-mitochondria"
EXAMPLE = """\b
Example:
  tissuegan complete vnc-mitochondria --labels drawn --out completed --seed 3"""


def complete(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="A shipped name, model folder or run folder; vnc-mitochondria where left out.",
        ),
    ] = None,
    *,
    labels: Annotated[
        Path, typer.Option(metavar="DATASET", help="Label maps with the classes that are given.")
    ],
    out: Annotated[Path, typer.Option(metavar="DATASET", help="Dataset folder to write.")],
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Which of the answers.")
    ] = 0,
) -> None:
    """Draw further classes for your own labels, such as mitochondria for given membranes."""
    values.check_folder_out(out)

    from tissuegan.io.complete import complete as written
    from tissuegan.models import load

    follow("complete", written(load(model or BEST), labels, out, seed))
    typer.echo(f"Wrote the labels, given and made, to {out}")
