"""Systems from what the command line names: datasets are read, models draw their fields ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.data import list_dataset, load_images, load_labels, load_sections
from tissuegan.data.section import Micrograph, Section
from tissuegan.errors import UserError
from tissuegan.io.window import is_picture
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource
from tissuegan.web.study.fields import Field, System

__all__ = ["Mode", "named", "read_real", "read_synthetic"]

Mode = Literal["image", "label", "pair"]

LARGEST = 1024
"""Side of the fields that a model draws, unless tiles are larger, in pixels."""
LARGEST_STORED = 4096
"""Side of what is taken of a stored picture, in pixels."""


def named(text: str) -> tuple[str, str]:
    """(name, source) of ``NAME=SOURCE`` or of ``SOURCE``, whose last part is then the name."""
    name, equals, source = text.partition("=")
    if equals and name and source and not Path(text).exists():
        return name, source
    return Path(text).resolve().name or text, text


def read_real(path: Path, mode: Mode, sections: slice | None = None) -> System:
    """The real sections; UserError where they cannot be read or lack what the mode shows."""
    return _dataset("", path, mode, sections)


def read_synthetic(
    name: str, source: str, mode: Mode, like: System, crop: int, seed: int, found: list[System]
) -> Iterator[Progress]:
    """Reads a synthetic dataset, or draws as many fields of a model as there are real ones.

    A participant sees some places more than once; were one of the two drawn from many more
    places than the other, that alone would tell them apart.

    Args:
        name: of the system.
        source: a dataset folder, or anything else that ``open_sources`` takes.
        mode: what is shown.
        like: the real sections.
        crop: side of a tile, in pixels.
        seed: of a model's first canvas.
        found: the system is appended to it.

    Raises:
        UserError: there is no such source, or it lacks what the mode shows.
    """
    if _is_dataset(source):
        found.append(_dataset(name, Path(source), mode, None))
        return
    yield from _drawn(name, source, mode, like, crop, seed, found)


def _is_dataset(source: str) -> bool:
    """Whether a source can be read without the machinery of models, which is slow to load."""
    if is_picture(source.rstrip("/")):
        return False
    try:
        list_dataset(source)
    except UserError:
        return False
    return True


def _dataset(name: str, path: Path, mode: Mode, sections: slice | None) -> System:
    read = _read(path, mode, sections)
    if not read:
        shown = {"image": "images", "label": "labels", "pair": "labels with images"}[mode]
        raise UserError(f"{path} has no {shown}; a study of mode {mode} shows nothing else.")
    classes = _same_classes(path, read)
    high = _brightest([s for s in map(_image, read) if s is not None])
    fields = [Field(s.name, _masks(s, mode), _grey(_image(s), mode, high)) for s in read]
    return System(name, tuple(fields), classes, read[0].pixel_size_nm)


def _read(path: Path, mode: Mode, sections: slice | None) -> Sequence[Section | Micrograph]:
    if mode == "image":
        return load_images(path, sections)
    load = load_labels if mode == "label" else load_sections
    return load(path, sections=sections)


def _image(section: Section | Micrograph) -> NDArray[np.uint8] | NDArray[np.uint16] | None:
    return section.tissue.image if isinstance(section, Section) else section.image


def _masks(section: Section | Micrograph, mode: Mode) -> NDArray[np.bool_] | None:
    shown = mode != "image" and isinstance(section, Section)
    return section.tissue.masks if shown and isinstance(section, Section) else None


def _same_classes(path: Path, read: Sequence[Section | Micrograph]) -> LabelClasses | None:
    found = {s.classes.names: s.classes for s in read if isinstance(s, Section)}
    if len(found) > 1:
        raise UserError(f"{path}: not all sections have the same classes; give all the same masks.")
    return next(iter(found.values()), None)


def _drawn(
    name: str, source: str, mode: Mode, like: System, crop: int, seed: int, found: list[System]
) -> Iterator[Progress]:
    from tissuegan.io.source import open_sources

    shape = tuple(max(crop, min(side, LARGEST)) for side in like.fields[0].shape)
    opened = list(open_sources(source, seed, len(like.fields)))
    total = len(opened)
    yield Progress(0, total, name)
    tissues: list[Tissue] = []
    while opened:  # each goes once its field is drawn, and with it the tiles that it remembers
        tissues.append(_field_of(opened.pop(0).source, (shape[0], shape[1])))
        yield Progress(len(tissues), total, name)
    found.append(_from_tissues(name, tissues, mode))


def _field_of(source: TissueSource, shape: tuple[int, int]) -> Tissue:
    """All of a source with edges, up to :data:`LARGEST_STORED`; of an endless one, ``shape``."""
    if source.bounds is None:
        return source[Region(0, 0, *shape)]
    bounds = source.bounds
    H, W = (min(side, LARGEST_STORED) for side in bounds.shape)
    return source[Region(bounds.y0, bounds.x0, H, W)]


def _from_tissues(name: str, tissues: Sequence[Tissue], mode: Mode) -> System:
    if mode != "label" and any(tissue.image is None for tissue in tissues):
        raise UserError(f"{name} makes labels without images; study it with --mode label.")
    high = _brightest([t.image for t in tissues if t.image is not None])
    fields = [
        Field(f"{k:03}", None if mode == "image" else t.masks, _grey(t.image, mode, high))
        for k, t in enumerate(tissues)
    ]
    classes = None if mode == "image" else tissues[0].classes
    return System(name, tuple(fields), classes, tissues[0].pixel_size_nm)


def _brightest(images: Sequence[NDArray[np.uint8] | NDArray[np.uint16]]) -> tuple[int, int]:
    """The grey levels of a system's images that are shown black and white."""
    if all(image.dtype == np.uint8 for image in images):
        return 0, 255
    return min(int(i.min()) for i in images), max(int(i.max()) for i in images)


def _grey(
    image: NDArray[np.uint8] | NDArray[np.uint16] | None, mode: Mode, levels: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """The image as it is shown, 8 bits; None in a study of labels."""
    if mode == "label" or image is None:
        return None
    if levels == (0, 255):
        return image.astype(np.uint8)
    low, high = levels
    unit = (image.astype(np.float32) - low) / max(1, high - low)
    return np.rint(255 * np.clip(unit, 0, 1)).astype(np.uint8)
