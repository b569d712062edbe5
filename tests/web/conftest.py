from __future__ import annotations

import numpy as np
import pytest

from tests.editing.drawing import CLASSES, Blocks
from tissuegan.region import Region
from tissuegan.tissue import Tissue
from tissuegan.web.exhibits import Exhibit


class Grid:
    """Endless square cells of 200 pixels with walls of 10, each with a grey of its own."""

    classes, pixel_size_nm = CLASSES, 5.0
    bounds: Region | None = None

    def __getitem__(self, region: Region, /) -> Tissue:
        y = np.arange(region.y0, region.y1)[:, None]
        x = np.arange(region.x0, region.x1)[None, :]
        wall = (y % 200 < 10) | (x % 200 < 10)
        image = (60 + (y // 200 * 37 + x // 200 * 61) % 150).astype(np.uint8)
        masks = np.stack([wall, np.zeros_like(wall)])
        return Tissue(masks, image, CLASSES, self.pixel_size_nm, region)


@pytest.fixture
def blocks() -> list[Exhibit]:
    """One endless exhibit whose labels are cheap, without images."""
    from tissuegan.editing import Edited

    return [Exhibit("blocks", lambda seed: Blocks(seed + 1), True, Edited)]
