"""Labels to edit: drawn by hand, or without end and cheap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.editing import Plane
from tissuegan.models.synthesis import Masks
from tissuegan.noise import normals
from tissuegan.region import Region
from tissuegan.tissue import Tissue

CLASSES = LabelClasses(("wall", "blob"))
PLANE = Plane(CLASSES, 1.0)
SIDE = 120
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]


def ring(radius: float = 40, half: float = 3, gap: float = 0) -> NDArray[np.bool_]:
    """A closed wall, or one with a gap of so many pixels on its right side."""
    y, x = ROWS - SIDE // 2, COLUMNS - SIDE // 2
    wall: NDArray[np.bool_] = abs(np.hypot(y, x) - radius) <= half
    wall[(x > 0) & (abs(y) < gap / 2)] = False
    return wall


def bar(y0: int, x0: int, height: int, width: int) -> NDArray[np.bool_]:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[y0 : y0 + height, x0 : x0 + width] = True
    return mask


def both(wall: NDArray[np.bool_], blob: NDArray[np.bool_] | None = None) -> Masks:
    return np.stack([wall, np.zeros_like(wall) if blob is None else blob])


@dataclass(frozen=True)
class Blocks:
    """An endless source of ragged labels, 4 x 4 pixels a block, without an image."""

    seed: int = 1
    classes: LabelClasses = CLASSES
    pixel_size_nm: float = 12.0
    bounds: Region | None = None

    def __getitem__(self, region: Region, /) -> Tissue:
        coarse = Region(
            region.y0 // 4, region.x0 // 4, region.height // 4 + 2, region.width // 4 + 2
        )
        high = (normals(self.seed, 5, coarse, 2) > 0.3).repeat(4, axis=1).repeat(4, axis=2)
        dy, dx = region.y0 - 4 * coarse.y0, region.x0 - 4 * coarse.x0
        masks = np.ascontiguousarray(high[:, dy : dy + region.height, dx : dx + region.width])
        return Tissue(masks, None, self.classes, self.pixel_size_nm, region, {"model": "blocks"})
