"""A training whose losses or weights are no longer numbers: told at once, and never kept."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import NoReturn

import torch
from torch import nn

from tissuegan.errors import UserError


def refuse_lost_losses(losses: Mapping[str, float], step: int) -> None:
    """UserError where a loss of a step is not finite."""
    for name, value in losses.items():
        if not isfinite(value):
            _refuse(f"The loss {name} is {value}", step)


def refuse_lost_weights(model: nn.Module, step: int) -> None:
    """UserError where a weight or a statistic of a model is not finite."""
    for name, tensor in model.state_dict().items():
        if not torch.isfinite(tensor).all():
            _refuse(f"The weights {name} are not all numbers", step)


def _refuse(what: str, step: int) -> NoReturn:
    raise UserError(
        f"{what} after step {step}: the training has diverged. The same command goes on from "
        "the last checkpoint, or begins anew where there is none yet; if it ends at this step "
        "again, train anew with smaller rates, or with --set precision=32-true."
    )
