"""Annotated sections in, patches out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tissuegan.data.folder import is_folder, list_folder
from tissuegan.data.intensity import Intensity
from tissuegan.data.listing import (
    Entry,
    Listing,
    chosen,
    read_micrograph,
    read_section,
)
from tissuegan.data.patches import Patches, PatchSampler
from tissuegan.data.section import Micrograph, Section
from tissuegan.data.vnc import list_vnc, vnc_folder
from tissuegan.errors import UserError

__all__ = [
    "Intensity",
    "Micrograph",
    "PatchSampler",
    "Patches",
    "Section",
    "list_dataset",
    "load_images",
    "load_labels",
    "load_sections",
]


def load_sections(
    path: str | Path, classes: Sequence[str] | None = None, sections: slice | None = None
) -> tuple[Section, ...]:
    """Image and masks of every section of a dataset.

    Args:
        path: a dataset folder, or the VNC folder as published.
        classes: the classes wanted, in order; left out, those of dataset.toml, else all that
            the folder has (of VNC: membrane and mitochondrion).
        sections: which sections, in the natural order of their names; left out, all.

    Returns:
        The sections, each with masks bool (C, H, W) and an image uint8 or uint16 (H, W).

    Raises:
        UserError: whatever is wrong with the folder or one of its files.
    """
    listing = list_dataset(path)
    asked = listing.select(classes)
    entries = chosen(listing, _labelled(listing), sections)
    for entry in entries:
        if entry.image is None:
            place = listing.image_at.replace("NAME", entry.name)
            raise UserError(
                f"{listing.path}: section {entry.name} has labels but no image; "
                f"put it at {place}, or take the labels out"
            )
    return tuple(read_section(listing, entry, asked) for entry in entries)


def load_labels(
    path: str | Path, classes: Sequence[str] | None = None, sections: slice | None = None
) -> tuple[Section, ...]:
    """The masks of every section that has labels, with its image where there is one.

    Arguments and errors are those of :func:`load_sections`.
    """
    listing = list_dataset(path)
    asked = listing.select(classes)
    entries = chosen(listing, _labelled(listing), sections)
    return tuple(read_section(listing, entry, asked) for entry in entries)


def _labelled(listing: Listing) -> Sequence[Entry]:
    """The sections that count; where none has labels all, of which their reader complains."""
    return [entry for entry in listing.entries if entry.labels] or listing.entries


def load_images(path: str | Path, sections: slice | None = None) -> tuple[Micrograph, ...]:
    """The image of every section that has one; the labels are not looked at.

    Raises:
        UserError: whatever is wrong with the folder or one of its images.
    """
    listing = list_dataset(path)
    entries = chosen(listing, [entry for entry in listing.entries if entry.image], sections)
    return tuple(read_micrograph(listing, entry) for entry in entries)


def list_dataset(path: str | Path) -> Listing:
    """The files of a dataset folder or of the VNC folder as published, none of them opened.

    Raises:
        UserError: there is no such folder, or it is neither of the two.
    """
    folder = Path(path)
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise UserError(f"{folder} {what}; give the folder of a dataset")
    try:
        if (stack := vnc_folder(folder)) is not None:
            return list_vnc(stack)
        if is_folder(folder):
            return list_folder(folder)
    except PermissionError as error:
        raise UserError(f"{error.filename} may not be read; change its permissions") from None
    raise UserError(
        f"{folder} is no dataset: it has neither images/ and labels/ nor the VNC folders "
        "raw/ and membranes/; arrange the pictures as in the documentation"
    )
