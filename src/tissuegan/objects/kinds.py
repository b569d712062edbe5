"""The kinds of instances in tissue, and what their layers are called when stored."""

from __future__ import annotations

from dataclasses import dataclass

from tissuegan.classes import LabelClasses
from tissuegan.objects.instances import CELL, Roles

__all__ = ["CELLS", "Kind", "kinds"]

CELLS = "cells"
_PLURALS = {"mitochondrion": "mitochondria", "nucleus": "nuclei", "synapsis": "synapses"}


@dataclass(frozen=True)
class Kind:
    """One kind of instances.

    Attributes:
        name: "cell" or the organelle's class, as in the object table.
        layer: what the stored instances are called.
        index: of the class among the masks: the organelle's, or the one that bounds cells.
    """

    name: str
    layer: str
    index: int


def kinds(classes: LabelClasses, roles: Roles | None = None) -> tuple[Kind, ...]:
    """Cells first, then every organelle class, each with a layer's name of its own.

    Args:
        classes: of the masks.
        roles: of the classes; the first one is the boundary where not given.
    """
    roles = roles or Roles.of(classes)
    taken = set(classes.names)
    found = []
    for name in (CELL, *roles.organelles):
        of = roles.boundary if name == CELL else name
        layer = _layer(CELLS if name == CELL else _PLURALS.get(name, f"{name}s"), taken)
        found.append(Kind(name, layer, classes.index(of)))
    return tuple(found)


def _layer(wanted: str, taken: set[str]) -> str:
    """A name that no other layer has."""
    while wanted in taken:
        wanted = f"{wanted} instances"
    taken.add(wanted)
    return wanted
