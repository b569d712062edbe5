"""A phantom: endless made-up tissue with labels, for tests, demonstrations and controls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tissuegan.classes import LabelClasses
from tissuegan.data.phantom.cells import Floats, borders, sites_around
from tissuegan.data.phantom.organelles import LONGEST, organelles
from tissuegan.data.phantom.smooth import SMOOTH_BOUND, smooth_normals
from tissuegan.data.phantom.texture import GREY, grey_levels
from tissuegan.data.settings import PIXEL_SIZE_NM
from tissuegan.region import Region
from tissuegan.tissue import Tissue

__all__ = ["GREY", "Phantom"]

_CLASSES = LabelClasses(("membrane", "mitochondrion"))
_BEND, _BEND_SPACING = 9.0, 47  # how far membranes are bent, and over what length, in pixels
_BOUND = _BEND * SMOOTH_BOUND
_ROWS = 128  # of a window that are made at once, for the processor's cache


@dataclass(frozen=True)
class Phantom:
    """An endless source of made-up tissue: a pixel is a function of seed and place alone.

    Membranes (about 7 pixels thick) close every cell; mitochondria lie strictly inside cells and
    touch neither a membrane nor each other. :data:`GREY` has the statistics of the image.

    Attributes:
        seed: 0 to 2**64 - 1; another seed is another tissue.
        pixel_size_nm: what a pixel is said to measure; nothing else depends on it.
    """

    seed: int
    pixel_size_nm: float = PIXEL_SIZE_NM

    @property
    def classes(self) -> LabelClasses:
        """Membrane and mitochondrion."""
        return _CLASSES

    @property
    def bounds(self) -> None:
        """None: the phantom has no end."""
        return

    def __getitem__(self, region: Region, /) -> Tissue:
        """Masks bool (2, H, W) and image uint8 (H, W) of one window.

        Raises:
            ValueError: the window leaves the 64-bit coordinates of the noise.
        """
        masks = np.empty((2, *region.shape), np.bool_)
        image = np.empty(region.shape, np.uint8)
        for y in range(region.y0, region.y1, _ROWS):
            part = Region(y, region.x0, min(_ROWS, region.y1 - y), region.width)
            rows, columns = region.crop(part)
            masks[:, rows, columns], image[rows, columns] = _made(self.seed, part)
        origin = {"model": "phantom", "seed": str(self.seed)}
        return Tissue(masks, image, _CLASSES, self.pixel_size_nm, region, origin)


def bend(seed: int, region: Region) -> Floats:
    """How far each pixel of a window is moved down and right, float64 (2, H, W), in pixels."""
    return np.stack([_BEND * smooth_normals(seed, k, region, _BEND_SPACING) for k in (1, 2)])


def _made(seed: int, region: Region) -> tuple[np.ndarray, np.ndarray]:
    moved = bend(seed, region)
    sites = sites_around(seed, region, int(_BOUND + LONGEST) + 1)
    border, nearest = borders(region, sites, moved)
    border /= _half_thickness(seed, region)
    inside, aside = organelles(seed, region, sites, moved, _BOUND)
    cell = np.stack([sites.shade.ravel()[nearest], sites.grain.ravel()[nearest]])
    image = grey_levels(seed, region, border, inside, aside, cell)
    return np.stack([border < 1, inside < 1]), image


def _half_thickness(seed: int, region: Region) -> Floats:
    """Of the membranes, in pixels: 2 at least, so that no gap can open between two pixels."""
    return np.clip(3.5 + 0.8 * smooth_normals(seed, 8, region, 97), 2, 6)
