"""``tissuegan render``: images for one's own labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow

__all__ = ["EXAMPLE", "render"]

EXAMPLE = """\b
Example:
  tissuegan render --labels drawn --out rendered --seed 3"""


def render(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="A shipped name, model folder or run folder; vnc-sgan where left out.",
        ),
    ] = None,
    *,
    labels: Annotated[Path, typer.Option(metavar="DATASET", help="Label maps; images not needed.")],
    out: Annotated[Path, typer.Option(metavar="DATASET", help="Dataset folder to write.")],
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Which texture.")
    ] = 0,
) -> None:
    """Render images for your own label maps."""
    values.check_folder_out(out)

    from tissuegan.io.generate import render as written
    from tissuegan.models import load

    follow("render", written(load(model), labels, out, seed))
    typer.echo(f"Wrote the images and their labels to {out}")
