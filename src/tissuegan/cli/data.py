"""``tissuegan data``: get, make and check annotated sections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow
from tissuegan.errors import UserError

__all__ = ["app"]

app = typer.Typer(
    help="Get, make and check annotated sections.",
    epilog="\b\nExample:\n  tissuegan data check vnc",
    rich_markup_mode=None,
    suggest_commands=False,
)


@app.command("fetch", epilog="\b\nExample:\n  tissuegan data fetch vnc --out vnc")
def fetch(
    dataset: Annotated[Literal["vnc"], typer.Argument(metavar="vnc", help="Which dataset.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for it.")] = Path("vnc"),
) -> None:
    """Download a published dataset.

    What is there already is not fetched again.
    """
    from tissuegan.data.fetch import VNC_CITATION, fetch_vnc

    follow(f"fetch {dataset}", fetch_vnc(out))
    typer.echo(f"{out} holds: {VNC_CITATION}")


@app.command("phantom", epilog="\b\nExample:\n  tissuegan data phantom --out phantom --sections 4")
def phantom(
    *,
    out: Annotated[Path, typer.Option(metavar="DATASET", help="Dataset folder to write.")],
    sections: Annotated[int, typer.Option(metavar="N", min=1, help="How many.")] = 4,
    size: Annotated[str, typer.Option(metavar="HxW", help="Rows x columns.")] = "1024x1024",
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=values.MAX_SEED, help="Which tissue.")
    ] = 0,
) -> None:
    """Write procedural sections with known statistics."""
    shape = values.parse_size(size)
    values.check_folder_out(out)

    from tissuegan.io.phantom import write_phantom

    follow("phantom", write_phantom(out, sections, shape, seed))
    typer.echo(f"Wrote {sections} sections of {shape[0]}x{shape[1]} pixels to {out}")


@app.command("check", epilog="\b\nExample:\n  tissuegan data check vnc")
def check(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="Folder of a dataset.")],
) -> None:
    """Print what a dataset holds, and every problem in plain words."""
    from tissuegan.data.check import check as checked

    report = checked(dataset)
    for line in report.lines() if report.findings else ():
        typer.echo(line)
    if not report.ok:
        raise UserError(_in_one_sentence(dataset, report.problems))


def _in_one_sentence(dataset: Path, problems: Sequence[str]) -> str:
    if len(problems) > 1:
        count = f"{len(problems)} problems, listed above"
        return f"{dataset} has {count}; put them right and check again"
    return problems[0] if str(dataset) in problems[0] else f"{dataset}: {problems[0]}"
