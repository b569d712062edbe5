"""One annotated section, and one picture without labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.region import Region
from tissuegan.tissue import Tissue

__all__ = ["Micrograph", "Section"]


@dataclass(frozen=True, eq=False)
class Section:
    """A stored section: a name, and a source that ends at the section's edges.

    Attributes:
        name: the stem of the files it comes from.
        tissue: the whole section.
    """

    name: str
    tissue: Tissue

    @property
    def classes(self) -> LabelClasses:
        """The classes of the section's masks."""
        return self.tissue.classes

    @property
    def pixel_size_nm(self) -> float:
        """The side of a pixel, in nanometres."""
        return self.tissue.pixel_size_nm

    @property
    def bounds(self) -> Region:
        """The whole section."""
        return self.tissue.region

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything there is: classes, pixel size, masks and image, in hexadecimal."""
        tissue, image = self.tissue, self.tissue.image
        shown = "none" if image is None else str(image.dtype)
        facts = (tissue.classes.names, tissue.pixel_size_nm, tissue.masks.shape, shown)
        found = sha256(repr(facts).encode())
        found.update(np.packbits(tissue.masks).tobytes())
        if image is not None:
            found.update(image.astype(image.dtype.newbyteorder("<")).tobytes())
        return found.hexdigest()

    def __getitem__(self, region: Region, /) -> Tissue:
        """The tissue of one window, as views; ValueError if it reaches over an edge."""
        return self.tissue.crop(region)


@dataclass(frozen=True, eq=False)
class Micrograph:
    """A section's image for which there are no labels.

    Attributes:
        name: the stem of the file it comes from.
        image: uint8 or uint16 (H, W).
        pixel_size_nm: the side of a pixel, in nanometres.
    """

    name: str
    image: NDArray[np.uint8] | NDArray[np.uint16]
    pixel_size_nm: float
