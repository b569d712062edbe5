"""Sources and windows for the tests of stored pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tissuegan.classes import LabelClasses
from tissuegan.io.engine import Engine
from tissuegan.io.ome_zarr import write
from tissuegan.io.plan import Plan, planned
from tissuegan.noise import normals
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource

CORNER = (-70, 2**41 + 5)
SIDES = (32, 64)


class Plane:
    """An endless source of smooth blobs, a function of place."""

    classes = LabelClasses(("wall", "mitochondrion"))
    pixel_size_nm = 4.6
    bounds = None

    def __init__(self, seed: int = 0, dtype: str | None = "uint8") -> None:
        self.seed, self.dtype = seed, dtype

    def __getitem__(self, region: Region, /) -> Tissue:
        values = _blocks(self.seed, region)
        masks = np.stack([values[0] > 0.4, values[1] > 0.8])
        image = None
        if self.dtype is not None:
            middle = np.iinfo(self.dtype).max / 2
            image = (normals(self.seed, 3, region, 1)[0] * middle / 8 + middle).astype(self.dtype)
        provenance = {"made by": "test", "seed": str(self.seed)}
        return Tissue(masks, image, self.classes, self.pixel_size_nm, region, provenance)


def _blocks(seed: int, region: Region, side: int = 8) -> np.ndarray:
    """Noise (2, H, W) that is constant on blocks of the plane."""
    whole = region.align(side)
    coarse = Region(whole.y0 // side, whole.x0 // side, whole.height // side, whole.width // side)
    blocks = normals(seed, 1, coarse, 2).repeat(side, axis=1).repeat(side, axis=2)
    return blocks[(slice(None), *whole.crop(region))]


def plan(
    url: str, region: Region, source: TissueSource | None = None, sides: tuple[int, int] = SIDES
) -> Plan:
    return planned(source or Plane(), url, region, sides=sides)


def write_now(
    url: str,
    region: Region,
    source: TissueSource | None = None,
    sides: tuple[int, int] = SIDES,
    engine: Engine | None = None,
) -> None:
    for _ in write(plan(url, region, source, sides), engine):
        pass


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
