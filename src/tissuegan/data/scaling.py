"""The labels of a section shown smaller or larger than they are, pixel size unchanged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from skimage.transform import resize

from tissuegan.data.section import Section
from tissuegan.region import Region

__all__ = ["scaled"]


def scaled(section: Section, factor: float) -> Section:
    """The labels with everything in them ``factor`` times as large, in pixels of the same size.

    Masks are cut at a half of what a pixel would be covered by. There is no image then.
    """
    if factor == 1:
        return section
    tissue = section.tissue
    height, width = (max(1, round(factor * side)) for side in section.bounds.shape)
    masks = np.stack([_resized(mask, height, width) for mask in tissue.masks])
    whole = Region(tissue.region.y0, tissue.region.x0, height, width)
    return Section(section.name, replace(tissue, masks=masks, image=None, region=whole))


def _resized(mask: NDArray[np.bool_], height: int, width: int) -> NDArray[np.bool_]:
    covered = resize(mask.astype(np.float64), (height, width), order=1, anti_aliasing=True)
    cut: NDArray[np.bool_] = covered >= 0.5
    return cut
