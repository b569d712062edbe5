"""The picture of a tile: one encoder, one size, and nothing in it but pixels."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tissuegan.data.augment import symmetry
from tissuegan.web.study.draws import Tile
from tissuegan.web.study.plan import Study

__all__ = ["tile_pixels", "tile_png"]


def tile_png(study: Study, tile: Tile) -> bytes:
    """A tile as the PNG that participants are sent, without any text in it."""
    stream = BytesIO()
    Image.fromarray(tile_pixels(study, tile)).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def tile_pixels(study: Study, tile: Tile) -> NDArray[np.uint8]:
    """A tile's pixels as they are shown.

    Returns:
        uint8: (crop, crop) of an image, (crop, crop, 3) of a label in the classes' colours, and
        (crop, 2 crop, 3) of a pair, the label on the left.
    """
    fields = (study.examples if tile.example else study.tests)[tile.system]
    rows, columns = (slice(start, start + study.crop) for start in (tile.y, tile.x))
    part = fields[tile.field].cut(rows, columns)
    shown: list[NDArray[np.uint8]] = []
    if part.masks is not None and study.classes is not None:
        shown.append(study.classes.paint(symmetry(part.masks, tile.symmetry)))
    if part.image is not None:
        grey = symmetry(part.image, tile.symmetry)
        shown.append(np.repeat(grey[..., None], 3, axis=-1) if shown else grey)
    return np.ascontiguousarray(np.concatenate(shown, axis=1))
