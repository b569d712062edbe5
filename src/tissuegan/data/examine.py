"""A close look at the files of one section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.listing import Entry, Listing, check_index
from tissuegan.data.reading import Grey, as_grey, read_index, read_raw
from tissuegan.errors import UserError

__all__ = ["Finding", "examine"]

_SMALLEST = 16


@dataclass(frozen=True)
class Finding:
    """What is known of one section.

    Attributes:
        name: of the section.
        size: (height, width), of the image if there is one; None if nothing could be read.
        dtype: of the image; None without a readable one.
        pixels: of each class with a readable label of the right size, the number of its pixels.
        contrast: membranes' mean grey level less that of the unlabelled rest, if there are both.
        problems: a sentence each.
        hints: a sentence each.
    """

    name: str
    size: tuple[int, int] | None = None
    dtype: str | None = None
    pixels: Mapping[str, int] = field(default_factory=dict)
    contrast: float | None = None
    problems: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def line(self) -> str:
        """The section in one line: size, type, and the share of each class."""
        if self.size is None:
            return f"{self.name}: unreadable"
        area = self.size[0] * self.size[1]
        shares = [f"{name} {count / area:.1%}" for name, count in self.pixels.items()]
        facts = [f"{self.size[0]}x{self.size[1]}", self.dtype or "no image", *shares]
        return f"{self.name}: {', '.join(facts)}"


def examine(listing: Listing, entry: Entry) -> Finding:
    """Reads the files of one section and collects all that is wrong with them."""
    problems: list[str] = []
    hints: list[str] = []
    image = None if entry.image is None else _image(entry.image, problems, hints)
    maps = _maps(listing, entry, problems)
    size = next((array.shape for array in (image, *maps.values()) if array is not None), None)
    if size is None:
        return Finding(entry.name, problems=tuple(problems), hints=tuple(hints))
    masks = {
        name: label.mask(maps[label.path])
        for name, label in entry.labels.items()
        if label.path in maps and maps[label.path].shape == size
    }
    problems += _sizes(entry, size, maps)
    pixels = {name: int(mask.sum()) for name, mask in masks.items()}
    dtype = None if image is None else str(image.dtype)
    contrast = None if image is None else _contrast(image, masks)
    area = (int(size[0]), int(size[1]))
    return Finding(entry.name, area, dtype, pixels, contrast, tuple(problems), tuple(hints))


def _image(path: Path, problems: list[str], hints: list[str]) -> Grey | None:
    try:
        raw = read_raw(path)
        image = as_grey(raw, path)
    except UserError as error:
        problems.append(str(error))
        return None
    if raw.ndim == 3:
        hints.append(f"{path} has {raw.shape[-1]} equal channels, of which one is used")
    if min(image.shape) < _SMALLEST:
        size = f"{image.shape[0]}x{image.shape[1]}"
        problems.append(f"{path} has only {size} pixels; sections must be larger than a patch")
    elif image.min() == image.max():
        problems.append(f"{path} is {image.flat[0]} everywhere; export it again")
    return image


def _maps(listing: Listing, entry: Entry, problems: list[str]) -> dict[Path, NDArray[np.integer]]:
    """Every label file that can be read."""
    maps = {}
    for path in dict.fromkeys(label.path for label in entry.labels.values()):
        try:
            maps[path] = read_index(path)
            check_index(listing, path, maps[path])
        except UserError as error:
            problems.append(str(error))
    return maps


def _sizes(
    entry: Entry, size: tuple[int, ...], maps: Mapping[Path, NDArray[np.integer]]
) -> list[str]:
    return [
        f"{path} is {array.shape[0]}x{array.shape[1]} but section {entry.name} is "
        f"{size[0]}x{size[1]}; an image and its labels must have the same size"
        for path, array in maps.items()
        if array.shape != size
    ]


def _contrast(image: Grey, masks: Mapping[str, NDArray[np.bool_]]) -> float | None:
    lines = [mask for name, mask in masks.items() if name.lower().startswith("membrane")]
    if not lines:
        return None
    line, rest = lines[0], ~np.any(list(masks.values()), axis=0)
    return float(image[line].mean() - image[rest].mean()) if line.any() and rest.any() else None
