"""The model folder: config.json beside weights.safetensors, and nothing that runs code."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import torch
from pydantic import Field, ValidationError, model_validator
from safetensors import SafetensorError
from safetensors.torch import load as parse_weights
from safetensors.torch import save as serialise_weights
from torch import Tensor

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models.settings import Parts, Settings

CONFIG, WEIGHTS = "config.json", "weights.safetensors"


class IntensityCard(Settings):
    """Grey values of the training images: fields of :class:`tissuegan.data.intensity.Intensity`."""

    low: float
    high: float
    dtype: str
    tones: tuple[float, ...] = ()


class ModelCard(Parts):
    """Everything needed to build the model again, and where it comes from.

    Attributes:
        model: kind of the model, as in the recipe.
        classes: names of the classes, in channel order; ``colours`` likewise, RGB of 0 to 255.
        pixel_size_nm: side of a pixel of the training data, in nanometres.
        intensity: grey values of the training images, for models that make images.
        thresholds: soft value of each class above which a pixel belongs to it; None for 0.
        labels, image, ...: settings of the parts that the model has.
        training: recipe, steps, sections and hardware, for people.
    """

    model: str
    classes: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]
    pixel_size_nm: float
    intensity: IntensityCard | None = None
    thresholds: tuple[float, ...] | None = None
    training: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        LabelClasses(self.classes, self.colours)
        if self.thresholds is not None and len(self.thresholds) != len(self.classes):
            raise ValueError(f"{len(self.thresholds)} thresholds for {len(self.classes)} classes")
        return self


def listing(names: Sequence[str]) -> str:
    """Names in a line with commas between them, those with a comma of their own in quotes."""
    return ", ".join(f'"{name}"' if "," in name else name for name in names)


def listed(line: str) -> tuple[str, ...]:
    """The names of a :func:`listing`."""
    return tuple(name.strip() for row in csv.reader([line], skipinitialspace=True) for name in row)


def write_model(folder: Path, card: ModelCard, weights: Mapping[str, Tensor]) -> None:
    """Writes a model folder; each file appears whole or not at all.

    Matrices are stored in half precision and vectors in single: a few megabytes, and no variance
    of a normalisation is lost.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored = {name: _stored(tensor) for name, tensor in sorted(weights.items())}
    replace_file(folder / WEIGHTS, serialise_weights(stored))
    text = card.model_dump_json(indent=2, exclude_none=True)
    replace_file(folder / CONFIG, text.encode() + b"\n")


def _stored(tensor: Tensor) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    matrix = tensor.is_floating_point() and tensor.ndim == 4 and min(tensor.shape[:2]) > 1
    return tensor.half() if matrix else tensor


def replace_file(path: Path, data: bytes) -> None:
    """Puts a file in place in one rename, so that it is never there in part."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def read_model(folder: Path) -> tuple[ModelCard, dict[str, Tensor], str]:
    """Card, weights in single precision, and the weights' SHA-256; UserError if it is no model."""
    try:
        card = ModelCard.model_validate(json.loads((folder / CONFIG).read_bytes()))
        data = (folder / WEIGHTS).read_bytes()
        weights = {name: _single(tensor) for name, tensor in parse_weights(data).items()}
    except (OSError, ValueError, SafetensorError) as error:
        raise UserError(
            f"{folder} is not a readable model folder ({_told(error)}); restore it or train again."
        ) from error
    return card, weights, hashlib.sha256(data).hexdigest()


def _told(error: Exception) -> str:
    """What is wrong, in a line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{CONFIG}: {'.'.join(map(str, first['loc']))} {first['msg']}"
    return str(error).partition("\n")[0]


def _single(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype == torch.float16 else tensor
