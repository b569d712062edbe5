"""``tissuegan segment``: labels for one's own images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow

__all__ = ["EXAMPLE", "segment"]

EXAMPLE = """\b
Examples:
  tissuegan segment --images micrographs --out labelled
  tissuegan segment runs/mine --images micrographs --out labelled"""


def segment(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="A shipped name, model folder or run folder."),
    ] = "vnc-segmenter",
    *,
    images: Annotated[Path, typer.Option(metavar="DATASET", help="Images; labels not needed.")],
    out: Annotated[Path, typer.Option(metavar="DATASET", help="Dataset folder to write.")],
) -> None:
    """Find the classes of a model in your own images, which may be of any size.

    Writes the images and a mask a class. Run again, the same command goes on where it stopped.
    """
    values.check_folder_out(out)

    from tissuegan.io.segment import segment as written
    from tissuegan.models import load

    follow("segment", written(load(model), images, out))
    typer.echo(f"Wrote the images and their labels to {out}")
