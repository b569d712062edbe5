"""Samples side by side: a window of the first field of everyone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.pictures import picture
from tissuegan.region import Region
from tissuegan.tissue import Tissue

SIDE = 320


def samples(_: Panel, subject: Subject) -> Json:
    """The middle of the first field, not picked: labels, and image where there is one.

    Of cells laid side by side the first ones.
    """
    tissue = subject.fields[0].tissue
    tissue = corner(tissue) if subject.laid_out else middle(tissue)
    found = {"labels": picture(tissue.classes.paint(tissue.masks))}
    if tissue.image is not None:
        found["image"] = picture(eight_bits(tissue.image))
    return {"pictures": found, "field": subject.fields[0].name, "n": 1}


def middle(tissue: Tissue, side: int = SIDE) -> Tissue:
    """The middle of a tissue, ``side`` pixels square or as much as there is."""
    region = tissue.region
    height, width = min(side, region.height), min(side, region.width)
    y, x = (region.height - height) // 2, (region.width - width) // 2
    return tissue.crop(Region(region.y0 + y, region.x0 + x, height, width))


def eight_bits(image: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    """An image as it is shown, 16 bits at their full range."""
    return (image >> 8 if image.dtype == np.uint16 else image).astype(np.uint8)


def corner(tissue: Tissue, side: int = SIDE) -> Tissue:
    """The upper left of a tissue, ``side`` pixels square or as much as there is."""
    region = tissue.region
    height, width = min(side, region.height), min(side, region.width)
    return tissue.crop(Region(region.y0, region.x0, height, width))


SAMPLES = Measure("samples", samples, of_training=True)
