"""Pictures to look at."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tissuegan.errors import UserError
from tissuegan.io.files import write_atomically
from tissuegan.tissue import Tissue

__all__ = ["preview", "write_picture", "write_preview"]


def preview(tissue: Tissue) -> NDArray[np.uint8]:
    """The image beside the labels painted over it, or the labels alone where there is no image.

    Sixteen bits are shown from the darkest pixel to the brightest.

    Returns:
        uint8 (H, 2 W, 3), or (H, W, 3) without an image: red, green, blue.
    """
    if tissue.image is None:
        return tissue.classes.paint(tissue.masks)
    grey = _eight_bits(tissue.image)
    plain = np.repeat(grey[..., None], 3, axis=-1)
    return np.concatenate([plain, tissue.classes.paint(tissue.masks, grey)], axis=1)


def write_preview(path: str | Path, tissue: Tissue) -> None:
    """Writes :func:`preview` as a PNG, replacing an earlier one; UserError as below."""
    write_picture(path, preview(tissue))


def write_picture(path: str | Path, picture: NDArray[np.uint8]) -> None:
    """Writes a picture, uint8 (H, W, 3) or grey (H, W), as a PNG that appears whole.

    Raises:
        UserError: the name does not end in .png, or the place cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise UserError(f"{path} is no PNG file; end its name in .png")
    stream = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(stream, "PNG")
    write_atomically(path, stream.getvalue())


def _eight_bits(image: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    if image.dtype == np.uint8:
        return image.astype(np.uint8, copy=False)
    low, high = int(image.min()), int(image.max())
    unit = (image.astype(np.float32) - low) / max(1, high - low)
    return np.rint(255 * unit).astype(np.uint8)
