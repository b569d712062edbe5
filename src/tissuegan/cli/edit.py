"""``tissuegan edit``: labels edited, and the image drawn again where that shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow
from tissuegan.errors import UserError

if TYPE_CHECKING:
    from tissuegan.editing import AnyEdit

__all__ = ["EXAMPLE", "edit", "parse_edits"]

EXAMPLE = """\b
Examples:
  tissuegan edit vnc-sgan --out edited --edit remove-open:class=membrane --seed 7
  tissuegan edit vnc-sgan --out closed --edit close-gaps:class=membrane:max_nm=40
  tissuegan edit tissue --out painted --script edits.json"""


def edit(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A model, dataset folder, or OME picture.")
    ],
    *,
    out: Annotated[
        str, typer.Option(metavar="PATH", help="NAME.ome.zarr, NAME.ome.tif, or a dataset folder.")
    ],
    edits: Annotated[
        list[str] | None,
        typer.Option("--edit", metavar="NAME[:KEY=VALUE ...]", help="An edit; may be repeated."),
    ] = None,
    script: Annotated[
        Path | None, typer.Option(metavar="EDITS.json", help="Edits of all kinds, to replay.")
    ] = None,
    size: Annotated[
        str, typer.Option(metavar="HxW", help="Rows x columns, of a model.")
    ] = "1024x1024",
    origin: Annotated[str, typer.Option(metavar="Y,X", help="Upper left, of a model.")] = "0,0",
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Of a model's canvas.")
    ] = 0,
) -> None:
    """Edit labels, and draw the image again where that shows.

    Edits: remove-open, close-gaps, fill-holes, remove-concave, convex, drop-small; strokes, moves
    and deletions of single instances by script.
    """
    shape, corner = values.parse_size(size), values.parse_origin(origin)
    place = values.check_out(out, 1)
    if not edits and script is None:
        raise UserError("Nothing to do; give --edit NAME:class=CLASS, or --script EDITS.json")
    listed = parse_edits(edits or [], script)

    from tissuegan.io.edit import edit as written

    for line in follow("edit", written(source, place, listed, shape, corner, seed)).splitlines():
        typer.echo(line)
    typer.echo(f"Wrote what was edited to {out}")


def parse_edits(texts: list[str], script: Path | None = None) -> tuple[AnyEdit, ...]:
    """The edits of a script, then those of the command line."""
    from tissuegan.editing.script import parse_edit, read_script

    scripted = () if script is None else read_script(script)
    return (*scripted, *(parse_edit(text) for text in texts))
