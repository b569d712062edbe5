"""All the verbs as one command, and its exit status."""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from tissuegan.allocator import keep_freed_memory
from tissuegan.cli import (
    complete,
    data,
    edit,
    evaluate,
    generate,
    models,
    render,
    reproduce,
    segment,
    study,
    train,
    view,
)
from tissuegan.cli.status import guarded
from tissuegan.version import __version__

__all__ = ["app", "main", "run"]

app = typer.Typer(
    name="tissuegan",
    help="Generative models of tissue: endless electron microscope images with their labels.",
    epilog="\b\nExample:\n  tissuegan generate --size 2048x2048 --seed 7 --out tissue",
    rich_markup_mode=None,
    add_completion=False,
    suggest_commands=False,
    pretty_exceptions_enable=False,
)
app.command("generate", epilog=generate.EXAMPLE)(generate.generate)
app.command("train", epilog=train.EXAMPLE)(train.train)
app.command("render", epilog=render.EXAMPLE)(render.render)
app.command("segment", epilog=segment.EXAMPLE)(segment.segment)
app.command("evaluate", epilog=evaluate.EXAMPLE)(evaluate.evaluate)
app.command("reproduce", epilog=reproduce.EXAMPLE)(reproduce.reproduce)
app.command("complete", epilog=complete.EXAMPLE)(complete.complete)
app.command("edit", epilog=edit.EXAMPLE)(edit.edit)
app.command("view", epilog=view.EXAMPLE)(view.view)
app.add_typer(data.app, name="data")
app.add_typer(models.app, name="models")
app.add_typer(study.app, name="study")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"tissuegan {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: words of the command line after ``tissuegan``; left out, those of the process.

    Returns:
        The exit status: 0, 2 for a mistake of the user (told in one sentence on standard error),
        130 for an interruption.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    return guarded(lambda: app(args=words, prog_name="tissuegan", standalone_mode=False))


def run() -> NoReturn:
    """The entry point of the console script: :func:`main` in a process of its own."""
    gc.set_threshold(100_000, 50, 50)  # imports make many objects, and hardly any garbage
    keep_freed_memory()
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    status = main()
    # Python ends "python -m" by the signal and not by the status where an interruption came inside
    # of exec, as in the making of a dataclass, though it was caught; another exec makes it forget.
    exec("")
    sys.exit(status)
