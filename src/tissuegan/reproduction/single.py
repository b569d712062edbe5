"""Fig. 7: pictures of single cells of every source, their outlines drawn by one rule."""

from __future__ import annotations

from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.atoms import cell_atoms
from tissuegan.evaluation.evaluate import Steps
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.pictures import picture
from tissuegan.evaluation.tables import cells_of
from tissuegan.objects import Roles
from tissuegan.progress import Progress

SHOWN, SIDE, FACTOR = 8, 512, 4


def drawn(panel: Panel) -> Steps:
    """The first cells with organelles of everyone's fields, not picked."""
    found: Json = {}
    everyone = panel.everyone if panel.roles.organelles else ()
    for done, subject in enumerate(everyone):
        yield Progress(done, len(everyone), subject.name)
        key = ("picture of single cells", subject.digest, repr(panel.roles))
        found[subject.name] = {"cells": panel.remember(key, partial(_of, subject, panel.roles))}
    yield Progress(len(everyone), len(everyone), "drawn")
    return found


def _of(subject: Subject, roles: Roles) -> Json:
    atoms = cell_atoms(islice(cells_of(subject.tissues, roles), SHOWN), SIDE, FACTOR)
    if not len(atoms):
        return {}
    colours = subject.fields[0].tissue.classes.select((roles.boundary, roles.organelles[0]))
    return {"pictures": {"row": picture(_row([colours.paint(atom) for atom in atoms]))}}


def _row(cells: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures (h, w, 3) beside each other, in white frames."""
    frame = ((1, 1), (1, 1), (0, 0))
    return np.concatenate([np.pad(cell, frame, constant_values=255) for cell in cells], axis=1)
