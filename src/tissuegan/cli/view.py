"""``tissuegan view``: a map of tissue in the browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tissuegan.data import list_dataset
from tissuegan.errors import UserError
from tissuegan.io.window import PICTURES

if TYPE_CHECKING:
    from tissuegan.web.exhibits import Exhibit

__all__ = ["EXAMPLE", "view"]

EXAMPLE = """\b
Examples:
  tissuegan view --seed 7
  tissuegan view vnc-sgan vnc --port 8080        # generated beside real"""

BEST = "vnc-sgan"
MAKERS = (("labels",), ("joint",), ("unsupervised", "segmenter"))
"""Parts of a model that together make labels from noise."""


def view(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]",
            help="Model, dataset folder or OME picture; several to compare; else vnc-sgan.",
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
    """UserError where a name cannot be that of tissue; its contents are looked at later."""
    shipped = files("tissuegan") / "weights" / text / "config.json"
    cards = [shipped, *(Path(text) / part / "config.json" for part in (".", "model"))]
    card = next((each for each in cards if each.is_file()), None)
    if card is not None:
        _check_model(text, card.read_bytes())
    elif "://" in text or (text.endswith(PICTURES) and Path(text).exists()):
        return
    elif Path(text).is_dir():
        list_dataset(text)
    else:
        raise UserError(
            f"There is no source '{text}': it is neither a shipped model nor a model folder, a "
            "run folder, a dataset folder or a stored picture; check the path."
        )


def _check_model(text: str, card: bytes) -> None:
    """UserError where a model's card says that it makes no labels of its own."""
    try:
        parts = json.loads(card)
    except ValueError:
        return  # its reader tells what is wrong
    if isinstance(parts, dict) and not any(all(map(parts.get, each)) for each in MAKERS):
        raise UserError(
            f"The model {text} makes no tissue by itself, so there is nothing to view; choose one "
            "that makes labels, such as vnc-sgan."
        )
