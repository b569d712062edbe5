"""What is there: labels and image of one region as one value, and whatever can give it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.region import Region

__all__ = ["Tissue", "TissueSource"]


@dataclass(frozen=True, eq=False)
class Tissue:
    """The labels and the image of one region; they cannot come apart.

    Attributes:
        masks: bool (C, H, W), one mask a class; masks may overlap.
        image: uint8 or uint16 (H, W), or None where there are only labels.
        classes: the names and colours of the C classes.
        pixel_size_nm: the side of a pixel, in nanometres.
        region: where on the plane the tissue lies; (H, W) is its shape.
        provenance: where it comes from, in words: model, hash of the weights, seed, edits.

    Raises:
        ValueError: a shape, a type or the pixel size is not as said here.
    """

    masks: NDArray[np.bool_]
    image: NDArray[np.uint8] | NDArray[np.uint16] | None
    classes: LabelClasses
    pixel_size_nm: float
    region: Region
    provenance: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_masks(self.masks, (len(self.classes), *self.region.shape))
        if self.image is not None:
            _check_image(self.image, self.region.shape)
        if not 0 < self.pixel_size_nm < math.inf:
            raise ValueError(f"a pixel has a size above 0 nm, not {self.pixel_size_nm}")

    def crop(self, region: Region) -> Tissue:
        """The part of the tissue in a region, given in the coordinates of the plane.

        The arrays are views of this tissue's arrays.

        Raises:
            ValueError: the region is not inside this tissue's region.
        """
        rows, columns = self.region.crop(region)
        image = None if self.image is None else self.image[rows, columns]
        return replace(self, masks=self.masks[:, rows, columns], image=image, region=region)

    def with_classes(self, classes: LabelClasses) -> Tissue:
        """The tissue with these of its classes only, in this order.

        Raises:
            ValueError: the tissue has no class of a name.
        """
        if self.classes.names == classes.names:
            return self
        chosen = [self.classes.index(name) for name in classes.names]
        return replace(self, masks=self.masks[chosen], classes=classes)


@runtime_checkable
class TissueSource(Protocol):
    """Whatever answers ``source[region]``: a real section, a model's canvas, a stored picture."""

    @property
    def classes(self) -> LabelClasses:
        """The classes of every tissue that the source gives."""
        ...

    @property
    def pixel_size_nm(self) -> float:
        """The side of a pixel, in nanometres."""
        ...

    @property
    def bounds(self) -> Region | None:
        """The region beyond which the source has nothing, or None if it is endless."""
        ...

    def __getitem__(self, region: Region, /) -> Tissue:
        """The tissue of exactly that region; ValueError if it is not inside the bounds."""
        ...


def _check_masks(masks: NDArray[np.bool_], shape: tuple[int, ...]) -> None:
    if masks.dtype != np.bool_ or masks.shape != shape:
        raise ValueError(f"the masks here are bool {shape}, not {masks.dtype} {masks.shape}")


def _check_image(image: NDArray[np.uint8] | NDArray[np.uint16], shape: tuple[int, int]) -> None:
    if image.dtype not in (np.uint8, np.uint16) or image.shape != shape:
        raise ValueError(
            f"the image here is uint8 or uint16 {shape}, not {image.dtype} {image.shape}"
        )
