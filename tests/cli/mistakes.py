"""The type of the fixture ``told``."""

from __future__ import annotations

from typing import Protocol


class Told(Protocol):
    """Runs a command that must fail as mistakes do; gives its sentence."""

    def __call__(self, *words: str) -> str: ...
