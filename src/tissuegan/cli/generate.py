"""``tissuegan generate``: labels and images from a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tissuegan.cli import values
from tissuegan.cli.edit import parse_edits
from tissuegan.cli.progress import follow

__all__ = ["EXAMPLE", "generate"]

EXAMPLE = """\b
Examples:
  tissuegan generate --size 2048x2048 --seed 7 --out tissue --preview tissue.png
  tissuegan generate runs/mine --origin=-512,0 --count 10 --out tissue
  tissuegan generate --size 30000x30000 --workers 8 --out tissue.ome.zarr"""


def generate(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="A shipped name, model folder or run folder; vnc-sgan where left out.",
        ),
    ] = None,
    *,
    out: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            help="NAME.ome.zarr (or its URL), NAME.ome.tif, or else a dataset folder.",
        ),
    ],
    size: Annotated[str, typer.Option(metavar="HxW", help="Rows x columns.")] = "1024x1024",
    origin: Annotated[
        str, typer.Option(metavar="Y,X", help="Upper left pixel; may be negative.")
    ] = "0,0",
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Which canvas.")
    ] = 0,
    count: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many pairs; pair k has seed SEED + k.")
    ] = 1,
    edits: Annotated[
        list[str] | None,
        typer.Option("--edit", metavar="NAME[:KEY=VALUE ...]", help="An edit; may be repeated."),
    ] = None,
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Picture of the first pair.")
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, help="Processes on this machine.")
    ] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="Dask scheduler to ask instead.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N", help="Only share I of N; the same call without it does the rest."
        ),
    ] = None,
) -> None:
    """Generate label and image pairs, aligned by construction.

    A pixel depends on model, seed and its place only: any two calls agree where they overlap.
    """
    shape, corner = values.parse_size(size), values.parse_origin(origin)
    place = values.check_out(out, count)
    values.check_preview(preview)
    values.check_seeds(seed, count)
    share = values.check_workers(workers, scheduler, shard, place)

    listed = parse_edits(edits or [])

    from tissuegan.io.generate import generate as written
    from tissuegan.io.window import Workers
    from tissuegan.models import load

    who = Workers(workers, scheduler, share)
    made = written(load(model), place, shape, corner, seed, count, preview, listed, who)
    follow("generate", made)
    if share is not None:
        typer.echo(f"Share {shard} of {out} is written; the same call without --shard ends it")
        return
    pairs = "1 pair" if count == 1 else f"{count} pairs"
    typer.echo(f"Wrote {pairs} of {shape[0]}x{shape[1]} pixels to {out}")
