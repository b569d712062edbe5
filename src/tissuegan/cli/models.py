"""``tissuegan models``: what is shipped."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(
    help="The models that come with the library.",
    epilog="\b\nExample:\n  tissuegan models list",
    rich_markup_mode=None,
    suggest_commands=False,
)


@app.command("list", epilog="\b\nExample:\n  tissuegan models list")
def list_models() -> None:
    """List the shipped models."""
    from tissuegan.models import describe, shipped

    for name in shipped():
        facts = describe(name)
        typer.echo(f"{name}  {facts['makes']}: {facts['classes']}, {facts['pixel size']}")


@app.command("info", epilog="\b\nExample:\n  tissuegan models info vnc-sgan")
def info(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A shipped model, model folder or run folder.")
    ],
) -> None:
    """Say what a model makes, what it was trained on and under which licence."""
    from tissuegan.models import describe

    facts = describe(name)
    width = max(map(len, facts), default=0)
    for key, value in facts.items():
        typer.echo(f"{key:<{width}}  {value}")
