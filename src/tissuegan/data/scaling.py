"""A section shown smaller or larger than it is, pixel size unchanged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from skimage.transform import resize

from tissuegan.data.section import Section
from tissuegan.region import Region

__all__ = ["scaled"]

Grey = NDArray[np.uint8] | NDArray[np.uint16]


def scaled(section: Section, factor: float) -> Section:
    """The section with everything in it ``factor`` times as large, in pixels of the same size.

    Masks are cut at a half of what a pixel would be covered by. ValueError where the factor is not
    above 0, or leaves no pixel.
    """
    if factor == 1:
        return section
    height, width = (round(factor * side) for side in section.bounds.shape)
    if min(height, width) < 1:
        raise ValueError(f"a section of {section.bounds.shape} pixels, {factor} times as large")
    tissue = section.tissue
    masks = np.stack([_resized(mask, height, width) >= 0.5 for mask in tissue.masks])
    image = None if tissue.image is None else _grey(tissue.image, height, width)
    whole = Region(tissue.region.y0, tissue.region.x0, height, width)
    return Section(section.name, replace(tissue, masks=masks, image=image, region=whole))


def _grey(image: Grey, height: int, width: int) -> Grey:
    whole = np.rint(_resized(image, height, width))
    return whole.astype(np.uint8) if image.dtype == np.uint8 else whole.astype(np.uint16)


def _resized(picture: NDArray[np.generic], height: int, width: int) -> NDArray[np.float64]:
    values = picture.astype(np.float64)
    resized: NDArray[np.float64] = resize(values, (height, width), order=1, anti_aliasing=True)
    return resized
