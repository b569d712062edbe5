"""Recipes: everything that decides a training run, as a frozen value with a TOML form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import Field, ValidationError

from tissuegan.errors import UserError
from tissuegan.models.settings import ImageSettings, LabelSettings, Settings

FOLDER = files("tissuegan.training") / "recipes"


class Recipe(Settings):
    """A training run.

    Attributes:
        model: which model the settings below describe.
        steps: updates of every phase.
        batch: patches a step, over all processes.
        crop: side of a patch in pixels of the data.
        seed: of initial weights, patches and noise; everything random is a function of it.
        checkpoint_every, sample_every, record_every: in steps.
        ema: decay of the running average of the generators' weights.
        precision: Lightning Fabric's name of the arithmetic.
        classes: names of the classes to learn, in order; all of the data's where it is empty.
        labels, image: settings of the model's parts.
    """

    model: Literal["labels", "image", "sgan"]
    steps: int = Field(ge=0)
    batch: int = Field(ge=1)
    crop: int = Field(ge=1)
    seed: int = Field(default=0, ge=0)
    checkpoint_every: int = Field(default=250, ge=1)
    sample_every: int = Field(default=250, ge=1)
    record_every: int = Field(default=10, ge=1)
    ema: float = Field(default=0.998, ge=0, lt=1)
    precision: Literal["32-true", "bf16-mixed"] = "bf16-mixed"
    classes: tuple[str, ...] = ()
    labels: LabelSettings | None = None
    image: ImageSettings | None = None

    def to_toml(self) -> str:
        """The recipe as TOML that :func:`load_recipe` reads back to an equal value."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))


def recipe_names() -> tuple[str, ...]:
    """Names of the recipes that come with the library."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in FOLDER.iterdir() if _is_recipe(f)))


def _is_recipe(file: Any) -> bool:
    return bool(file.name.endswith(".toml"))


def load_recipe(name: str | Path, overrides: Mapping[str, str] | None = None) -> Recipe:
    """A recipe by name or TOML path, with ``KEY=VALUE`` overrides by dotted name.

    ``smoke=true`` applies the recipe's own ``[smoke]`` table, which makes it train in seconds.
    UserError for an unknown recipe, an unknown field or a value that does not fit.
    """
    table = _read(name)
    smoke = table.pop("smoke", {})
    changes = {key: _value(text) for key, text in (overrides or {}).items()}
    if changes.pop("smoke", False) is True:
        changes = {**smoke, **changes}
    for key, value in changes.items():
        _set(table, key, value)
    return _validated(table, str(name))


def _read(name: str | Path) -> dict[str, Any]:
    path = Path(name)
    source = path if path.suffix == ".toml" else FOLDER / f"{name}.toml"
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(recipe_names())
        raise UserError(f"There is no recipe '{name}'; choose one of {known}, or a .toml file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The recipe {name} is not valid TOML ({error}).") from error


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _set(table: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        table = table.setdefault(parent, {})
        if not isinstance(table, dict):
            raise UserError(f"--set {key}: '{parent}' is a value and has no fields.")
    table[last] = value


def _validated(table: dict[str, Any], name: str) -> Recipe:
    try:
        return Recipe.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"Recipe {name}, field '{where}': {first['msg']}; correct it with --set {where}=VALUE.") from error
