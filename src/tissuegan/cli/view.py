"""``tissuegan view``: a map of tissue in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tissuegan.errors import UserError

if TYPE_CHECKING:
    from tissuegan.web.exhibits import Exhibit

__all__ = ["EXAMPLE", "view"]

EXAMPLE = """\b
Examples:
  tissuegan view --seed 7
  tissuegan view vnc-sgan vnc --port 8080        # generated beside real"""

BEST = "vnc-sgan"


def view(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]",
            help="Model, dataset folder or OME picture; several to compare; else the best model.",
        ),
    ] = None,
    *,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**53 - 1, help="Of a model's canvas.")
    ] = 0,
    host: Annotated[
        str, typer.Option(metavar="H", help="Address to listen at; this machine only by default.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="0 for any free port.")
    ] = 8000,
) -> None:
    """Look at tissue, edit it, and take windows away, in a browser.

    The page is served by this machine and needs nothing from elsewhere. Endless tissue is made
    as one moves over it.
    """
    texts = [text.rstrip("/") or text for text in sources or [BEST]]
    for text in texts:
        _check(text)

    from tissuegan.web.security import LOOPBACK, is_loopback
    from tissuegan.web.serving import address, listening, serve
    from tissuegan.web.viewer import viewer_app

    with listening(host, port) as listener:
        names = LOOPBACK if is_loopback(host) else None
        app = viewer_app(partial(_opened, texts), hosts=names)
        typer.echo(f"The map is at {address(listener)}/#seed={seed} until Ctrl+C.")
        serve(app, listener)


def _opened(texts: list[str]) -> Sequence[Exhibit]:
    from tissuegan.web.opening import open_exhibits

    return open_exhibits(texts)


def _check(text: str) -> None:
    """UserError where nothing of a name is there; what it holds is looked at later."""
    shipped = files("tissuegan") / "weights" / text / "config.json"
    if "://" in text or Path(text).exists() or shipped.is_file():
        return
    raise UserError(
        f"There is no source '{text}': it is neither a shipped model nor a model folder, a run "
        "folder, a dataset folder or a stored picture; check the path."
    )
