"""Parts of a model that begin where another training ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from tissuegan.errors import UserError
from tissuegan.models.card import read_model
from tissuegan.models.phases import Trainable
from tissuegan.models.registry import folder_of
from tissuegan.models.settings import Parts
from tissuegan.training import checkpoint

FIRST = "parts.0."
"""What weights of the first scale of :class:`MultiScaleDiscriminator` are named."""


def starts(parts: Parts) -> dict[str, str]:
    """The model or run folder that each part begins from, of those that do."""
    found = {name: getattr(part, "start", None) for name, part in parts.parts().items()}
    return {name: folder for name, folder in found.items() if folder is not None}


def start(model: Trainable, name: str, folder: str) -> None:
    """Loads one part from another: a model gives its generator, a run its discriminators too.

    A run that had none of that part, such as one of labels-refine, leaves them new. A scale that
    the run did not have begins as its first one, which may well be of another ``factor``.

    Raises:
        UserError: there is no such part in the folder, or it has another shape.
    """
    _start_generator(model.generators()[name], name, folder)
    judges = {phase.name: phase.network for phase in model.phases()}.get(f"{name}.discriminator")
    state = checkpoint.load(Path(folder) / checkpoint.FOLDER, torch.device("cpu"))
    if judges is not None and state is not None:
        _start_discriminators(judges, name, folder, state["model"])


def _start_generator(network: nn.Module, name: str, folder: str) -> None:
    _, weights, _ = read_model(folder_of(folder))
    try:
        network.load_state_dict(_below(weights, f"{name}."))
    except RuntimeError as error:
        key = "widths" if name == "segmenter" else "generator"
        raise UserError(
            f"{folder} has no {name} {key} of this recipe's shape; "
            f"set {name}.start to another model or {name}.{key} to its settings."
        ) from error


def _start_discriminators(
    network: nn.Module, name: str, folder: str, weights: Mapping[str, Tensor]
) -> None:
    found = _below(weights, f"{name}.discriminator.") or _below(weights, "discriminator.")
    if not found:
        return
    try:
        network.load_state_dict(_at_every_scale(found, network.state_dict()))
    except RuntimeError as error:
        raise UserError(
            f"The discriminators of the run {folder} are not of this recipe's shape; set "
            f"{name}.discriminator to its settings, or begin with new ones: "
            f"{name}.start={Path(folder) / 'model'}."
        ) from error


def _at_every_scale(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that are there, and those of the first scale for scales that are not."""
    had = {_scale(key) for key in found}
    more = {key for key in wanted if _scale(key) not in had}
    first = {key: key.replace(_scale(key), FIRST, 1) for key in more}
    return {**found, **{key: found[of] for key, of in first.items() if of in found}}


def _scale(key: str) -> str:
    """Of ``parts.1.head.bias``, ``parts.1.``."""
    return ".".join(key.split(".")[:2]) + "."


def _below(weights: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
