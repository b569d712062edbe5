"""The Drosophila ventral nerve cord sections in the folders as they were published.

Gerhard, Funke, Martel, Cardona, Fetter: Segmented anisotropic ssTEM dataset of neural tissue,
figshare 856713 (2013): 20 sections of 1024 x 1024 pixels, CC BY-NC-SA 3.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tissuegan.data.listing import Entry, Label, Listing
from tissuegan.data.reading import pictures_in

__all__ = ["VNC_CLASSES", "VNC_FOLDERS", "VNC_PIXEL_SIZE_NM", "list_vnc", "vnc_folder"]

VNC_PIXEL_SIZE_NM = 4.6
VNC_CLASSES = ("membrane", "mitochondrion")
"""The classes that are loaded by default; synapse and glia are there for the asking."""

VNC_FOLDERS = ("raw", "membranes", "mitochondria", "synapses", "labels")

# In mitochondria/ and synapses/ the grey level is an instance's number: all but 0 is the class.
_MASKS = {"membrane": "membranes", "mitochondrion": "mitochondria", "synapse": "synapses"}
_GLIA = 159


def vnc_folder(path: Path) -> Path | None:
    """The folder with raw/ and membranes/: ``path`` or its ``stack1``; None if neither is it."""
    found = (p for p in (path, path / "stack1") if all((p / f).is_dir() for f in VNC_FOLDERS[:2]))
    return next(found, None)


def list_vnc(path: Path) -> Listing:
    """The files of the published folder; UserError if stems are double."""
    images = pictures_in(path / "raw")
    folders = {cls: name for cls, name in _MASKS.items() if (path / name).is_dir()}
    masks = {cls: pictures_in(path / name) for cls, name in folders.items()}
    merged = _by_number(path / "labels")
    glia = ("glia",) if merged else ()
    return Listing(
        path,
        tuple(_entry(name, image, masks, merged) for name, image in images.items()),
        VNC_CLASSES,
        (*dict.fromkeys((*VNC_CLASSES, *folders)), *glia),
        VNC_PIXEL_SIZE_NM,
        "raw/NAME.tif",
        "the folder of its class",
    )


def _entry(
    name: str,
    image: Path,
    masks: Mapping[str, Mapping[str, Path]],
    merged: Mapping[int, Path],
) -> Entry:
    labels = {cls: Label(files[name]) for cls, files in masks.items() if name in files}
    number = int(name) if name.isdecimal() else -1
    if number in merged:
        labels["glia"] = Label(merged[number], _GLIA)
    return Entry(name, image, labels)


def _by_number(folder: Path) -> dict[int, Path]:
    """The merged label maps by the number at the end of their names."""
    files = pictures_in(folder) if folder.is_dir() else {}
    numbers = ((re.search(r"\d+$", stem), path) for stem, path in files.items())
    return {int(match.group()): path for match, path in numbers if match}
