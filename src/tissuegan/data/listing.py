"""Which files make up a dataset, and the sections that they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.data.reading import read_grey, read_index, read_provenance
from tissuegan.data.section import Micrograph, Section
from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.tissue import Tissue

__all__ = [
    "Entry",
    "Label",
    "Listing",
    "check_index",
    "chosen",
    "read_masks",
    "read_micrograph",
    "read_section",
]


@dataclass(frozen=True)
class Label:
    """Where one class of one section is stored.

    Attributes:
        path: a mask or an index map.
        value: the value of the class in the index map; None for a mask, where all but 0 counts.
    """

    path: Path
    value: int | None = None

    def mask(self, array: NDArray[np.integer]) -> NDArray[np.bool_]:
        """The class, bool (H, W), in the file's integers (H, W)."""
        found: NDArray[np.bool_] = array != 0 if self.value is None else array == self.value
        return found


@dataclass(frozen=True)
class Entry:
    """The files of one section; what is missing is simply not there."""

    name: str
    image: Path | None
    labels: Mapping[str, Label]


@dataclass(frozen=True)
class Listing:
    """The files of a dataset, none of them opened yet.

    Attributes:
        path: the folder.
        entries: the sections in natural order of their names.
        classes: the classes that are loaded where nobody asks for others.
        available: all the classes that there are.
        pixel_size_nm: the side of a pixel, in nanometres.
        image_at: where images are to be put, with NAME for a section's name.
        label_at: where labels are to be put, with NAME and CLASS.
        index: the value of each class in index maps; empty where there are masks.
    """

    path: Path
    entries: tuple[Entry, ...]
    classes: tuple[str, ...]
    available: tuple[str, ...]
    pixel_size_nm: float
    image_at: str
    label_at: str
    index: Mapping[str, int] = field(default_factory=dict)

    def select(self, classes: Sequence[str] | None) -> LabelClasses:
        """The classes asked for, or the default ones, as a value; UserError for an unknown one."""
        names = self.classes if classes is None else tuple(classes)
        for name in names:
            if name not in self.available:
                known = ", ".join(self.available) or "none"
                raise UserError(f"{self.path} has no class '{name}'; its classes are: {known}")
        if not names or len(set(names)) < len(names):
            raise UserError(f"{self.path}: name one or more classes, each once, of its labels")
        return LabelClasses(names)


def chosen(listing: Listing, entries: Sequence[Entry], which: slice | None) -> tuple[Entry, ...]:
    """The entries of a slice; UserError if there are none."""
    found = tuple(entries[which or slice(None)])
    if found:
        return found
    if not entries:
        raise UserError(
            f"{listing.path} has no such pictures; put them at {listing.image_at} and "
            f"{listing.label_at}"
        )
    raise UserError(
        f"{listing.path} has {len(entries)} sections, and none of them is chosen; "
        f"choose from 0:{len(entries)}"
    )


def read_section(listing: Listing, entry: Entry, classes: LabelClasses) -> Section:
    """One section with its masks, and its image if it has one; UserError as for the files."""
    masks = read_masks(listing, entry, classes)
    image = None if entry.image is None else read_grey(entry.image)
    if image is not None and image.shape != masks.shape[1:]:
        other = entry.labels[classes.names[0]].path
        raise UserError(_differ(entry.image, image.shape, other, masks.shape[1:]))
    region = Region(0, 0, *masks.shape[1:])
    told = read_provenance(entry.image or entry.labels[classes.names[0]].path)
    origin = {"section": entry.name, **told}
    tissue = Tissue(masks, image, classes, listing.pixel_size_nm, region, origin)
    return Section(entry.name, tissue)


def read_masks(listing: Listing, entry: Entry, classes: LabelClasses) -> NDArray[np.bool_]:
    """The masks of one section, bool (C, H, W); UserError if one is missing or unlike the rest."""
    labels = [_label(listing, entry, name) for name in classes.names]
    arrays = {path: read_index(path) for path in dict.fromkeys(label.path for label in labels)}
    first = labels[0].path
    for path, array in arrays.items():
        if array.shape != arrays[first].shape:
            raise UserError(_differ(path, array.shape, first, arrays[first].shape))
        check_index(listing, path, array)
    return np.stack([label.mask(arrays[label.path]) for label in labels])


def read_micrograph(listing: Listing, entry: Entry) -> Micrograph:
    """The image of one section that has one; UserError as for the file."""
    assert entry.image is not None
    return Micrograph(entry.name, read_grey(entry.image), listing.pixel_size_nm)


def _unknown_values(listing: Listing, array: NDArray[np.integer]) -> list[int]:
    """The values of an index map (H, W) that stand for no class; 0 is background."""
    known = {0, *listing.index.values()}
    return [int(value) for value in np.unique(array) if int(value) not in known]


def check_index(listing: Listing, path: Path, array: NDArray[np.integer]) -> None:
    """UserError where an index map (H, W) has values that stand for no class."""
    unknown = _unknown_values(listing, array) if listing.index else []
    if unknown:
        shown = ", ".join(map(str, unknown[:5])) + (", ..." if len(unknown) > 5 else "")
        raise UserError(
            f"{path} has the values {shown}, which [index] of "
            f"{listing.path / 'dataset.toml'} gives to no class; add them there"
        )


def _label(listing: Listing, entry: Entry, name: str) -> Label:
    if name not in entry.labels:
        place = listing.label_at.replace("CLASS", name).replace("NAME", entry.name)
        raise UserError(
            f"{listing.path}: section {entry.name} has no label of class {name}; "
            f"put it at {place}, or take the section or the class out"
        )
    return entry.labels[name]


def _differ(path: Path | None, shape: tuple[int, ...], other: Path, size: tuple[int, ...]) -> str:
    return (
        f"{path} is {shape[0]}x{shape[1]} but {other} is {size[0]}x{size[1]}; "
        "an image and its labels must have the same size"
    )
