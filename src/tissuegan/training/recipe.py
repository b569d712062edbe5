"""Recipes: everything that decides a training run, as a frozen value with a TOML form."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, Self

import tomli_w
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from tissuegan.errors import UserError
from tissuegan.models.kinds import KINDS
from tissuegan.models.settings import Parts

FOLDER = files("tissuegan.training") / "recipes"
TAGS = ("fc", "vector", "transposed", "crn", "unet", "padded-crn", "padded-unet")
Precision = Literal["auto", "32-true", "bf16-mixed"]


class Recipe(Parts):
    """A training run.

    Attributes:
        model: which model the settings of the parts describe, one of
            :data:`tissuegan.models.kinds.KINDS`.
        steps: updates of every phase.
        batch: patches a step, over all processes.
        crop: side of a patch in pixels of the data.
        scale: how many times as large as it is the tissue is shown; labels only. A generator whose
            cells come out a tenth too large gets them right where they were shown so much smaller.
        given_by: a model, by name or folder, whose labels are the given classes in half of each
            batch, of models that make some classes for others: so these learn to do it for classes
            that are made themselves. Only discriminators of single classes judge that half.
        seed: of initial weights, patches and noise; everything random is a function of it.
        checkpoint_every, sample_every, record_every: in steps.
        ema: decay of the running average of the generators' weights.
        settled: share of the steps, the last ones, in which generators normalise by their running
            statistics and not by those of each batch: as they do when they draw. 1 is for
            generators that all begin with trained ones: new ones have no statistics yet.
        precision: Lightning Fabric's name of the arithmetic; ``auto`` takes bf16 where the
            hardware computes faster in it, and single precision elsewhere.
        classes: names of the classes to learn, in order; all of the data's where it is empty.
        labels, image, ...: settings of the model's parts; None for a part that it has not.
    """

    model: str
    steps: int = Field(ge=0)
    batch: int = Field(ge=1)
    crop: int = Field(ge=1)
    scale: float = Field(default=1.0, ge=0.5, le=2)
    given_by: str | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)
    checkpoint_every: int = Field(default=250, ge=1)
    sample_every: int = Field(default=250, ge=1)
    record_every: int = Field(default=10, ge=1)
    ema: float = Field(default=0.998, ge=0, lt=1)
    settled: float = Field(default=0.0, ge=0, le=1)
    precision: Precision = "auto"
    classes: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, fields: Any) -> Any:
        if not isinstance(fields, dict) or str(fields.get("model")) not in KINDS:
            return fields
        parts = KINDS[str(fields["model"])].parts
        return {**fields, **{part: fields.get(part) or {} for part in parts}}

    @field_validator("model")
    @classmethod
    def _known(cls, model: str) -> str:
        if model not in KINDS:
            raise ValueError(f"a model is one of {', '.join(KINDS)}")
        return model

    @model_validator(mode="after")
    def _checked(self) -> Self:
        kind = KINDS[self.model]
        for part in self.parts():
            if part not in kind.parts + kind.optional:
                raise ValueError(f"a model '{self.model}' has no part '{part}'; leave it out")
        if self.scale != 1 and (self.labels is None or kind.needs_images):
            raise ValueError(f"scale={self.scale} is for generators of labels alone; leave it out")
        if self.given_by is not None:
            self._check_given_by()
        if self.image is not None and (self.image.crop or 0) > self.crop:
            raise ValueError(
                f"image.crop={self.image.crop} is larger than the patches, crop={self.crop}; "
                "set both"
            )
        return self

    def _check_given_by(self) -> None:
        if self.completion is None:
            raise ValueError(f"a model '{self.model}' is given no classes; leave given_by out")
        if not self.completion.discriminator.class_factors:
            raise ValueError(
                "with given_by a class needs a discriminator of its own; "
                "set completion.discriminator.class_factors=[1]"
            )

    def to_toml(self) -> str:
        """The recipe as TOML that :func:`load_recipe` reads back to an equal value."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))


def recipe_names() -> tuple[str, ...]:
    """Names of the recipes that come with the library; those of a folder as ``FOLDER/NAME``."""
    return tuple(sorted(_names(FOLDER, "")))


def _names(folder: Traversable, prefix: str) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _names(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield prefix + entry.name.removesuffix(".toml")


def load_recipe(name: str | Path, overrides: Mapping[str, str] | None = None) -> Recipe:
    """A recipe by name or TOML path, with ``KEY=VALUE`` overrides by dotted name.

    ``smoke=true`` applies the recipe's own ``[smoke]`` table, which makes it train in seconds.
    UserError for an unknown recipe, an unknown field or a value that does not fit.
    """
    table = _read(name)
    smoke = table.pop("smoke", {})
    if not isinstance(smoke, dict):
        raise UserError(f"Recipe {name}: [smoke] is a table of what --set smoke=true sets.")
    changes = {key: _value(text) for key, text in (overrides or {}).items()}
    small = changes.pop("smoke", False)
    if not isinstance(small, bool):
        raise UserError(f"--set smoke={small}: smoke is true or false.")
    if small:
        changes = {**smoke, **changes}
    for key, value in changes.items():
        _set(table, key, value)
    return _validated(table, str(name))


def _read(name: str | Path, above: tuple[str, ...] = ()) -> dict[str, Any]:
    """A recipe's table, laid over those of the recipes that it names as its ``base``, in order."""
    if str(name) in above:
        raise UserError(f"The recipe {name} is its own base; name another recipe as its base.")
    table = _parsed(name)
    named = table.pop("base", [])
    bases = named if isinstance(named, list) else [named]
    read = [_read(str(base), (*above, str(name))) for base in bases]
    return reduce(_laid_over, [*read, table])


def _laid_over(base: dict[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in table.items():
        there = base.get(key)
        both = isinstance(value, dict) and isinstance(there, dict)
        base[key] = _laid_over(there, value) if both and there else value
    return base


def _parsed(name: str | Path) -> dict[str, Any]:
    path = Path(name)
    source = path if path.suffix == ".toml" else FOLDER / f"{name}.toml"
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(recipe_names())
        raise UserError(
            f"There is no recipe '{name}'; choose one of {known}, or a .toml file."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The recipe {name} is not valid TOML ({error}); correct it.") from error


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
        raise UserError(f"Recipe {name}: {_told(error.errors()[0])}.") from error


def _told(first: ErrorDetails) -> str:
    """The first thing wrong with a recipe, and what to do about it."""
    where = ".".join(p for p in first["loc"] if isinstance(p, str) and p not in TAGS)
    if first["type"] == "extra_forbidden":
        return f"there is no field '{where}'; correct its name or leave it out"
    reason = first["msg"].removeprefix("Value error, ")
    if not where:
        return reason
    return f"the field '{where}' is wrong: {reason}; correct it with --set {where}=VALUE"
