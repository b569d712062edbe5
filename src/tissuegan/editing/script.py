"""Edits as text: ``NAME:KEY=VALUE`` on the command line, JSON in scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tissuegan.classes import LabelClasses
from tissuegan.editing.bodies import Convex, DropSmall, FillHoles, RemoveConcave
from tissuegan.editing.lines import CloseGaps, RemoveOpen
from tissuegan.editing.placed import Delete, Move
from tissuegan.editing.strokes import Erase, Paint
from tissuegan.errors import UserError

MOST_EDITS = 500
MOST_BYTES = 16 << 20

EVERYWHERE = (RemoveOpen, CloseGaps, FillHoles, RemoveConcave, Convex, DropSmall)
AnyEdit = Annotated[
    RemoveOpen
    | CloseGaps
    | FillHoles
    | RemoveConcave
    | Convex
    | DropSmall
    | Paint
    | Erase
    | Move
    | Delete,
    Field(discriminator="edit"),
]
Edits = Annotated[tuple[AnyEdit, ...], Field(max_length=MOST_EDITS)]

_ONE: TypeAdapter[AnyEdit] = TypeAdapter(AnyEdit)
_ALL: TypeAdapter[tuple[AnyEdit, ...]] = TypeAdapter(Edits)
_NAMES = tuple(str(kind.model_fields["edit"].default) for kind in EVERYWHERE)


def parse_edit(text: str) -> AnyEdit:
    """``NAME[:KEY=VALUE ...]``, as in ``drop-small:class=speck:min_nm2=20000``.

    Raises:
        UserError: no such edit, key or value.
    """
    name, *pairs = text.strip().split(":")
    if name not in _NAMES:
        raise UserError(
            f"--edit {text}: there is no edit '{name}' here; choose one of {', '.join(_NAMES)}, "
            "or give strokes, moves and deletions in a --script"
        )
    fields: dict[str, str] = {"edit": name}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key in fields:
            raise UserError(f"--edit {text}: '{pair}' is no KEY=VALUE, or its key is given twice")
        fields[key] = value
    try:
        return _ONE.validate_python(fields)
    except ValidationError as error:
        raise UserError(f"--edit {text}: {_told(error.errors()[0])}") from None


def parse_script(text: str, name: str = "the script") -> tuple[AnyEdit, ...]:
    """The edits of a JSON script: ``{"edits": [{"edit": NAME, KEY: VALUE, ...}, ...]}``.

    Raises:
        UserError: not such JSON, too long, or an unknown edit, key or value.
    """
    if len(text) > MOST_BYTES:
        raise UserError(f"{name} is longer than {MOST_BYTES >> 20} MB; split it")
    try:
        return _ALL.validate_python(_listed(json.loads(text)))
    except ValidationError as error:
        raise UserError(f"{name}: {_told(error.errors()[0])}") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} is no JSON ({error}); correct it") from None


def read_script(path: Path) -> tuple[AnyEdit, ...]:
    """The edits of a file; UserError where it cannot be read, or as :func:`parse_script`."""
    try:
        return parse_script(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise UserError(f"{path} cannot be read ({reason}); give a JSON script") from None


def script_json(edits: Sequence[AnyEdit]) -> str:
    """The JSON that :func:`parse_script` reads back to equal edits; equal edits, equal text."""
    listed = [edit.model_dump(mode="json", by_alias=True, exclude_none=True) for edit in edits]
    return json.dumps({"edits": listed}, separators=(",", ":"))


def check_classes(edits: Sequence[AnyEdit], classes: LabelClasses) -> None:
    """UserError where an edit names a class that is not there."""
    for edit in edits:
        if edit.class_ is not None and edit.class_ not in classes.names:
            raise UserError(
                f"The edit {edit.edit} names the class '{edit.class_}', which is not there; "
                f"choose one of {', '.join(classes.names)}"
            )


def _listed(parsed: Any) -> Any:
    return parsed["edits"] if isinstance(parsed, dict) and set(parsed) == {"edits"} else parsed


def _told(first: ErrorDetails) -> str:
    """The first thing wrong, in words."""
    place = [str(part) for part in first["loc"] if part != "edits"]
    names = {*_NAMES, "paint", "erase", "move", "delete"}
    where = ".".join(part for part in place if part not in names)
    if first["type"] == "extra_forbidden":
        return f"there is no key '{where}'; correct it or leave it out"
    if first["type"] == "missing":
        return f"the key '{where}' is missing; add it"
    reason = first["msg"]
    return f"'{where}' is wrong ({reason}); correct it" if where else f"{reason}; correct it"
