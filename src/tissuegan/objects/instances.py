"""Instances from class masks: 4-connected components, by a rule about size and border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.tissue import Tissue

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]
CELL = "cell"

SMALLEST = 64
"""Components below this number of pixels are specks of drawing, not objects."""


@dataclass(frozen=True)
class Roles:
    """Which class bounds the cells, and which classes lie in them.

    Attributes:
        boundary: the name of the class that separates cells.
        organelles: the names of the classes that are instances in cells.

    Raises:
        UserError: an organelle class has the name that cells have in tables.
    """

    boundary: str
    organelles: tuple[str, ...]

    def __post_init__(self) -> None:
        if CELL in self.organelles:
            raise UserError(
                f"A class of organelles cannot be called '{CELL}', as the cells themselves are; "
                "rename it in the dataset."
            )

    @classmethod
    def of(cls, classes: LabelClasses) -> Roles:
        """The first class as the boundary, all others as organelles."""
        return cls(classes.names[0], classes.names[1:])


@dataclass(frozen=True)
class Rule:
    """Which components count.

    Attributes:
        smallest: pixels; smaller components are left out.
        off_border: whether components that touch the border are left out.
    """

    smallest: int = SMALLEST
    off_border: bool = True


@dataclass(frozen=True, eq=False)
class Objects:
    """The instances in a tissue, by kind: "cell", then the names of the organelle classes.

    Attributes:
        tissue: where they were found.
        labels: for each kind int32 (H, W), instance k has the value k, from 1 on.
    """

    tissue: Tissue
    labels: Mapping[str, Labels]


def instances(mask: Mask, rule: Rule | None = None) -> Labels:
    """The 4-connected components of a mask (H, W) by a rule, numbered from 1, int32 (H, W)."""
    rule = rule or Rule()
    numbered, count = ndimage.label(mask)
    areas = np.bincount(numbered.ravel(), minlength=count + 1)
    kept = areas >= rule.smallest
    if rule.off_border:
        rim = (numbered[0], numbered[-1], numbered[:, 0], numbered[:, -1])
        kept[np.concatenate(rim)] = False
    kept[0] = False
    places: Labels = (np.cumsum(kept) * kept).astype(np.int32)
    labels: Labels = places[numbered]
    return labels


def find_objects(
    tissue: Tissue,
    roles: Roles | None = None,
    cells: Rule | None = None,
    organelles: Rule | None = None,
) -> Objects:
    """The cells and the organelles of a tissue.

    Args:
        tissue: its masks, (C, H, W).
        roles: of its classes; the first one is the boundary where not given.
        cells: which components of not-boundary are cells.
        organelles: which components of an organelle class are organelles.

    Raises:
        ValueError: the tissue has no class of a name among the roles.
    """
    roles = roles or Roles.of(tissue.classes)
    labels = {CELL: instances(~class_mask(tissue, roles.boundary), cells)}
    for name in roles.organelles:
        labels[name] = instances(class_mask(tissue, name), organelles)
    return Objects(tissue, labels)


def class_mask(tissue: Tissue, name: str) -> Mask:
    """The mask of a class of a tissue, bool (H, W); ValueError if there is no such class."""
    mask: Mask = tissue.masks[tissue.classes.index(name)]
    return mask
