"""Stored grey levels <-> the numbers from -1 to 1 that networks work with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.section import Section
from tissuegan.errors import UserError

__all__ = ["Intensity"]


@dataclass(frozen=True)
class Intensity:
    """A straight line between grey levels and [-1, 1].

    Attributes:
        low: the grey level that is -1.
        high: the grey level that is 1, above ``low``.
        dtype: the type of stored images, "uint8" or "uint16".
        tones: the tone curve of images that a model makes: the number in [-1, 1] that stands for
            each of as many evenly spaced ones; straight between them. Without one, nothing changes.

    Raises:
        ValueError: another type, ``high`` is not above ``low``, or a single tone.
    """

    low: float
    high: float
    dtype: str
    tones: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.dtype not in ("uint8", "uint16") or not self.low < self.high:
            raise ValueError(f"{self} is no range of grey levels of 8 or 16 bits")
        if len(self.tones) == 1:
            raise ValueError("a tone curve has two tones or more")

    @classmethod
    def of(cls, sections: Iterable[Section]) -> Intensity:
        """The range for some sections: all of 0 to 255 for 8 bits, least to greatest for 16.

        Raises:
            UserError: no section has an image, or they mix 8 and 16 bits.
        """
        images = [s.tissue.image for s in sections if s.tissue.image is not None]
        kinds = sorted({str(image.dtype) for image in images})
        if len(kinds) != 1:
            raise UserError(
                "the sections mix images of 8 and of 16 bits; convert them to one of the two"
                if kinds
                else "none of the sections has an image; add the images to the dataset"
            )
        if kinds == ["uint8"]:
            return cls(0, 255, "uint8")
        low, high = min(int(i.min()) for i in images), max(int(i.max()) for i in images)
        return cls(low, max(high, low + 1), "uint16")

    def to_unit(self, image: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.float32]:
        """Grey levels (...) of 8 or 16 bits as float32 (...); -1 at ``low``, 1 at ``high``.

        Levels outside the range are clipped to it.
        """
        scale = np.float32(2 / (self.high - self.low))
        unit = (image.astype(np.float32) - np.float32(self.low)) * scale - np.float32(1)
        return np.clip(unit, -1, 1, out=unit)

    def to_pixels(self, unit: NDArray[np.floating]) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Numbers (...) in [-1, 1], by the tone curve, as the nearest grey levels (...)."""
        half = (self.high - self.low) / 2
        levels = (self.toned(np.clip(unit, -1, 1)) + 1) * half + self.low
        pixels: NDArray[np.uint8] | NDArray[np.uint16] = np.rint(levels).astype(self.dtype)
        return pixels

    def toned(self, unit: NDArray[np.floating]) -> NDArray[np.floating]:
        """Numbers (...) in [-1, 1] by the tone curve."""
        if not self.tones:
            return unit
        toned: NDArray[np.float64] = np.interp(
            unit, np.linspace(-1, 1, len(self.tones)), self.tones
        )
        return toned
