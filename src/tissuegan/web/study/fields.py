"""What tiles are cut from: the fields of real sections and of each synthetic system, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError

__all__ = ["EXAMPLE_FIELDS", "Field", "System", "comparable", "split"]

EXAMPLE_FIELDS = 10
"""At most so many fields of a system are kept for the labelled examples (facts 6.8)."""


@dataclass(frozen=True, eq=False)
class Field:
    """A rectangle of tissue, as much of it as the study shows.

    Attributes:
        name: where it is from; never shown to participants.
        masks: bool (C, H, W), or None in a study of images.
        image: uint8 (H, W), or None in a study of labels.
    """

    name: str
    masks: NDArray[np.bool_] | None
    image: NDArray[np.uint8] | None

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        there: NDArray[Any] | None = self.image if self.masks is None else self.masks
        assert there is not None
        return int(there.shape[-2]), int(there.shape[-1])

    def cut(self, rows: slice, columns: slice, name: str = "") -> Field:
        """A part of the field, as views."""
        masks = None if self.masks is None else self.masks[:, rows, columns]
        image = None if self.image is None else self.image[rows, columns]
        return Field(name or self.name, masks, image)


@dataclass(frozen=True, eq=False)
class System:
    """Real tissue, or what one generative model made.

    Attributes:
        name: unique; "" for real tissue.
        fields: all of its fields.
        classes: of their masks; None in a study of images.
        pixel_size_nm: the side of a pixel.
    """

    name: str
    fields: tuple[Field, ...]
    classes: LabelClasses | None
    pixel_size_nm: float

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what its tiles are cut from, in hexadecimal."""
        found = sha256(repr(None if self.classes is None else self.classes.names).encode())
        for field in self.fields:
            found.update(repr(field.shape).encode())
            if field.masks is not None:
                found.update(np.packbits(field.masks).tobytes())
            if field.image is not None:
                found.update(np.ascontiguousarray(field.image).tobytes())
        return found.hexdigest()


def split(system: System, crop: int) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Fields for the labelled examples, and other fields for the tiles to be judged.

    Every fourth field, from the first on and at most ten of them, is for examples; a single field
    is cut in two.

    Raises:
        UserError: a field is smaller than a tile, or a single one cannot be cut in two.
    """
    name = system.name or "the real dataset"
    for field in system.fields:
        if min(field.shape) < crop:
            raise UserError(
                f"Section {field.name} of {name} is {field.shape[0]}x{field.shape[1]}, smaller "
                f"than a tile of {crop}x{crop}; choose smaller tiles with --crop, or leave "
                "the section out."
            )
    fields = system.fields if len(system.fields) > 1 else _halves(system.fields[0], crop, name)
    shown = min(EXAMPLE_FIELDS, -(-len(fields) // 4))
    return fields[:shown], fields[shown:]


def _halves(field: Field, crop: int, name: str) -> tuple[Field, ...]:
    """The field cut across its longer side, so that examples and tiles share no pixel."""
    H, W = field.shape
    if max(H, W) < 2 * crop:
        raise UserError(
            f"The only section of {name} is {H}x{W}: too small for examples and tiles of "
            f"{crop}x{crop} that share no pixel; add a section, or choose smaller tiles with "
            "--crop."
        )
    first, rest, every = slice(0, crop), slice(crop, None), slice(None)
    parts = ((first, every), (rest, every)) if H >= W else ((every, first), (every, rest))
    return tuple(field.cut(rows, columns, field.name) for rows, columns in parts)


def comparable(systems: Sequence[System]) -> tuple[System, ...]:
    """The systems with the classes that all of them have, in the order and colours of the first.

    A class that only real sections have would give them away.

    Raises:
        UserError: no class is common to all, or pixels differ in size by more than a tenth.
    """
    real = systems[0]
    for system in systems[1:]:
        if abs(system.pixel_size_nm / real.pixel_size_nm - 1) > 0.1:
            raise UserError(
                f"Pixels of {system.name} measure {system.pixel_size_nm:g} nm and those of the "
                f"real dataset {real.pixel_size_nm:g} nm, which tells them apart at once; "
                "resample one of the two, or correct pixel_size_nm in dataset.toml."
            )
    if real.classes is None:
        return tuple(systems)
    common = [n for n in real.classes.names if all(_has(system, n) for system in systems)]
    if not common:
        raise UserError(
            "The real dataset and the synthetic ones have no class in common; give their masks "
            "the same names."
        )
    return tuple(_with(system, real.classes.select(common)) for system in systems)


def _has(system: System, name: str) -> bool:
    return system.classes is not None and name in system.classes.names


def _with(system: System, classes: LabelClasses) -> System:
    assert system.classes is not None
    order = [system.classes.index(name) for name in classes.names]
    fields = [
        replace(field, masks=None if field.masks is None else field.masks[order])
        for field in system.fields
    ]
    return replace(system, fields=tuple(fields), classes=classes)
