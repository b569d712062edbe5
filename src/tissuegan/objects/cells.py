"""Single cells cut out of tissue, for the features of their shape."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from tissuegan.objects.instances import SMALLEST, Mask, Roles, Rule, class_mask, instances
from tissuegan.tissue import Tissue


def single_cells(
    tissue: Tissue,
    roles: Roles | None = None,
    rule: Rule | None = None,
    least_organelle: int = SMALLEST,
) -> Iterator[tuple[Mask, Mask]]:
    """The cells that have organelles, cut out: (filled cell, organelle), bool (h, w) each.

    Args:
        tissue: its masks, (C, H, W).
        roles: of its classes; the first one is the boundary where not given.
        rule: which components of not-boundary are cells.
        least_organelle: pixels of organelle of any kind below which a cell is left out.

    Yields:
        For each cell its bounding box at native scale: the cell with its holes filled, and the
        organelle pixels in it; nothing where no class is an organelle. The outline is drawn by
        ``shape_table``, for all sets alike.
    """
    roles = roles or Roles.of(tissue.classes)
    if not roles.organelles:
        return
    labels = instances(~class_mask(tissue, roles.boundary), rule)
    organelle = np.any([class_mask(tissue, name) for name in roles.organelles], axis=0)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        cell = ndimage.binary_fill_holes(labels[box] == number)
        inside = cell & organelle[box]
        if inside.sum() >= least_organelle:
            yield cell, inside
