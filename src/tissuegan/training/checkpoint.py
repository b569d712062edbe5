"""The full state of a run, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from tissuegan.errors import UserError

FOLDER, NAME = "checkpoint", "last.pt"
"""Of a run, and of the file in it."""


def save(folder: Path, state: dict[str, Any]) -> None:
    """Replaces the checkpoint in one rename, after its bytes are on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{NAME}.part"
    with part.open("wb") as stream:
        torch.save(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)


def exists(folder: Path) -> bool:
    """Whether there is a state to go on from."""
    return (folder / NAME).exists()


def load(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """The last state, or None where there is none; UserError if it cannot be read."""
    path = folder / NAME
    if not exists(folder):
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:
        raise UserError(
            f"The checkpoint {path} cannot be read; delete it to start again."
        ) from error
    return state
