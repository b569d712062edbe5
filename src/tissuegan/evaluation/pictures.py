"""Pictures among figures: PNG files as text, so that they can be remembered with the figures."""

from __future__ import annotations

from base64 import b64decode, b64encode
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def picture(array: NDArray[np.uint8]) -> str:
    """A picture, uint8 (H, W) or (H, W, 3), as the text of a PNG file in base64."""
    stream = BytesIO()
    Image.fromarray(np.ascontiguousarray(array)).save(stream, "PNG")
    return b64encode(stream.getvalue()).decode("ascii")


def png(text: str) -> bytes:
    """The file whose text :func:`picture` gave."""
    return b64decode(text)
