"""dataset.toml: what the pictures of a dataset folder do not say themselves."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tissuegan.errors import UserError

__all__ = ["PIXEL_SIZE_NM", "DatasetSettings", "NamedRoles", "is_class_name", "read_settings"]

PIXEL_SIZE_NM = 4.6
"""Of a folder that does not say: the pixel size that the shipped models were trained at."""

_KEYS = ("pixel_size_nm", "classes", "index", "roles")
_ROLES = ("boundary", "organelles")


@dataclass(frozen=True)
class NamedRoles:
    """The table [roles]: what the classes are to the cells, for statistics that ask.

    Attributes:
        boundary: the class that separates cells.
        organelles: the classes that lie in cells, the most important one first.
    """

    boundary: str
    organelles: tuple[str, ...]


@dataclass(frozen=True)
class DatasetSettings:
    """The contents of a dataset.toml.

    Attributes:
        pixel_size_nm: the side of a pixel, in nanometres.
        classes: the classes in order, or None: all that the folder has.
        index: the value of each class in index maps; empty where there are none.
        roles: of the classes, or None: the first class bounds the cells, all others lie in them.
    """

    pixel_size_nm: float = PIXEL_SIZE_NM
    classes: tuple[str, ...] | None = None
    index: Mapping[str, int] = field(default_factory=dict)
    roles: NamedRoles | None = None


def read_settings(folder: Path) -> DatasetSettings:
    """The settings of a dataset folder; the defaults where it has no dataset.toml.

    Raises:
        UserError: the file is not TOML, or has a key or a value that is not meant.
    """
    path = folder / "dataset.toml"
    if not path.exists():
        return DatasetSettings()
    table = _parsed(path)
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        raise UserError(
            f"{path} has the unknown key '{unknown[0]}'; the keys are {', '.join(_KEYS)}"
        )
    size = _pixel_size(path, table.get("pixel_size_nm", PIXEL_SIZE_NM))
    classes, index = _classes(path, table.get("classes")), _index(path, table)
    return DatasetSettings(size, classes, index, _roles(path, table.get("roles")))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML ({error}); correct it") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror})") from None


def _pixel_size(path: Path, value: object) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 < float(value) < math.inf:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    raise UserError(f"{path}: pixel_size_nm is {value!r}; give a number above 0")


def _classes(path: Path, value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = value if isinstance(value, list) else []
    if names and all(is_class_name(name) for name in names) and len(set(names)) == len(names):
        return tuple(names)
    raise UserError(f"{path}: classes is {value!r}; give a list of names, each once")


def is_class_name(value: object) -> bool:
    """Whether a class name can be the name of a folder on any system."""
    if not isinstance(value, str) or value != value.strip() or value.startswith("."):
        return False
    return bool(value) and value.isprintable() and not set(value) & set('/\\:*?"<>|')


def _index(path: Path, table: Mapping[str, Any]) -> Mapping[str, int]:
    index = table.get("index", {})
    if not isinstance(index, dict):
        raise UserError(f"{path}: index is {index!r}; give a table, as in [index] membrane = 1")
    for name, value in index.items():
        if not is_class_name(name):
            raise UserError(f"{path}: [index] has {name!r}, which cannot be a class's name")
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise UserError(f"{path}: [index] {name} is {value!r}; give an integer from 0 on")
    if len(set(index.values())) < len(index):
        raise UserError(f"{path}: [index] gives two classes the same value; give each its own")
    absent = [name for name in table.get("classes") or () if index and name not in index]
    if absent:
        raise UserError(f"{path}: [index] has no value for the class {absent[0]}; add one")
    return index


def _roles(path: Path, value: object) -> NamedRoles | None:
    if value is None:
        return None
    table = value if isinstance(value, dict) and set(value) == set(_ROLES) else {}
    boundary, organelles = table.get("boundary"), table.get("organelles")
    names = [boundary, *(organelles if isinstance(organelles, list) else [None])]
    if all(is_class_name(name) for name in names) and len(set(names)) == len(names):
        return NamedRoles(str(boundary), tuple(map(str, names[1:])))
    raise UserError(
        f'{path}: roles is {value!r}; give a table [roles] with boundary = "CLASS" and '
        'organelles = ["CLASS", ...], each class once'
    )
