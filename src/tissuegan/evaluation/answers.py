"""One answer of one person, as user studies collect them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REAL", "Answer"]

REAL = ""
"""The name of the system that real tiles come from."""


@dataclass(frozen=True)
class Answer:
    """What one participant said of one tile.

    Attributes:
        participant: a number of the participant's own.
        expert: whether the participant is an expert.
        system: the name of the model or dataset that the tile is from; :data:`REAL` for real.
        ticked: whether it was thought synthetic.
    """

    participant: int
    expert: bool
    system: str
    ticked: bool
