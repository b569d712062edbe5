"""Global statistics of label fields: areas, sizes of closed cells and of organelles.

Sizes are equivalent diameters, as in Table 1 of the paper.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tissuegan.objects.instances import SMALLEST

Mask = NDArray[np.bool_]


def area_fraction(mask: Mask) -> float:
    """Share of the pixels of a mask (H, W) that are set."""
    return float(mask.mean())


def component_areas(mask: Mask, *, off_border: bool = False) -> NDArray[np.int64]:
    """Areas in pixels of the 4-connected components of a mask (H, W), int64 (n,).

    Args:
        mask: bool (H, W).
        off_border: leave out components that touch the border, whose area is not known.
    """
    numbered, count = ndimage.label(mask)
    areas = np.bincount(numbered.ravel(), minlength=count + 1)
    if off_border:
        rim = (numbered[0], numbered[-1], numbered[:, 0], numbered[:, -1])
        areas[np.unique(np.concatenate(rim))] = 0
    inside = areas[1:]
    return inside[inside > 0].astype(np.int64)


def closed_share(boundary: Mask, smallest: int = SMALLEST, largest: float = 0.25) -> float:
    """Share of the area outside the boundary class that lies in closed cells.

    A closed cell is a 4-connected component of not-boundary of ``smallest`` pixels up to
    ``largest`` of the field: where membranes leak, components run together and grow past it.

    Returns:
        A number in [0, 1]; nan where the boundary covers everything.
    """
    areas = component_areas(~boundary)
    closed = areas[(areas >= smallest) & (areas <= largest * boundary.size)]
    return float(closed.sum() / areas.sum()) if areas.size else float("nan")


def equivalent_diameters(
    mask: Mask, pixel_size: float, smallest: int = SMALLEST
) -> NDArray[np.float64]:
    """Diameters sqrt(4 A / pi) of the objects that do not touch the border, float64 (n,).

    Args:
        mask: bool (H, W); for cells, what is not boundary.
        pixel_size: the unit of the result.
        smallest: in pixels; smaller objects are left out.
    """
    areas = component_areas(mask, off_border=True)
    return np.sqrt(4 * areas[areas >= smallest] / np.pi) * pixel_size
