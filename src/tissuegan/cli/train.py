"""``tissuegan train``: a recipe and annotated sections -> a run folder with a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow

__all__ = ["EXAMPLE", "train"]

EXAMPLE = """\b
Recipes:
  labels, image, completion, sgan, dsgan, joint, unsupervised, segmenter
  labels-fine, labels-first, labels-few, labels-refine, image-unet,
  mitochondria, mitochondria-unet, sgan-completion, sgan-reconstructor,
  dsgan-pretrained, end-to-end, non-fc, non-ms, dcgan
  with the paper's settings: paper/labels, paper/image, paper/sgan,
  paper/dsgan, paper/joint, paper/unsupervised, paper/mitochondria,
  paper/non-fc, paper/non-ms, paper/dcgan

\b
Examples:
  tissuegan train sgan --data vnc --sections 0:10 --out runs/mine
  tissuegan train labels --data mine --out runs/labels --steps 4000 --set batch=8
  tissuegan train sgan --data mine --out runs/try --set smoke=true"""


def train(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="Name of a recipe, or a recipe's .toml file.")
    ],
    *,
    data: Annotated[Path, typer.Option(metavar="DATASET", help="Annotated sections.")],
    out: Annotated[Path, typer.Option(metavar="RUN", help="Run folder; if begun, it goes on.")],
    sections: Annotated[
        str | None, typer.Option(metavar="A:B", help="Train on sections A to B - 1 only.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Steps; else the recipe's.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            max=2**63 - 1,
            help="Of weights, patches and noise; else the recipe's.",
        ),
    ] = None,
    device: Annotated[
        Literal["auto", "cpu", "cuda"], typer.Option(help="auto takes a GPU if there is one.")
    ] = "auto",
    devices: Annotated[int, typer.Option(metavar="N", min=1, help="Processes, one a device.")] = 1,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a field of the recipe."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check recipe and data, then stop.")
    ] = False,
) -> None:
    """Train a model on annotated sections; the same command resumes."""
    chosen, changes = values.parse_sections(sections), values.parse_overrides(override or ())
    changes |= values.told_once(changes, steps=steps, seed=seed)

    from tissuegan import training

    run = training.train(
        recipe,
        data,
        out,
        chosen,
        device=device,
        devices=devices,
        overrides=changes,
        dry_run=dry_run,
    )
    note = follow("train", run)
    typer.echo(note if dry_run else f"Trained; the model is in {out / 'model'}")
