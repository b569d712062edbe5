"""How far a long operation is: long operations are iterators of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` units, with a note in plain words."""

    done: int
    total: int
    note: str = ""
