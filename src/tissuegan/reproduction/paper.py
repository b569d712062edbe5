"""The paper's numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from tissuegan.evaluation.panel import Json

FILE = files("tissuegan.reproduction") / "paper.toml"


@cache
def paper() -> Json:
    """Everything in the file."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def said(path: Sequence[str], system: str) -> str:
    """What the paper gives for a figure of a system, as it gives it; a dash where nothing."""
    place: Json = paper()
    for key in path:
        place = place.get(key, {})
    value = place.get(system)
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:.3f}" if value else "0"
