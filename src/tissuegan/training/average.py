"""The running average of the generators' weights, which is what makes the tissue."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn

from tissuegan.models.phases import Trainable


class Average:
    """An exponential moving average of a model's generators, running statistics included.

    The decay warms up from 0.1, so that the first steps are forgotten quickly.
    """

    def __init__(self, model: Trainable, decay: float) -> None:
        self.model: Trainable = deepcopy(model)
        self.decay = decay
        for network in self.networks().values():
            network.eval().requires_grad_(False)

    def networks(self) -> dict[str, nn.Module]:
        """The averaged generators."""
        return dict(self.model.generators())

    @torch.no_grad()
    def update(self, model: Trainable, step: int) -> None:
        """Moves the average towards the model after step number ``step`` (from 0)."""
        decay = min(self.decay, (1 + step) / (10 + step))
        live = model.generators()
        for name, network in self.networks().items():
            current = live[name].state_dict()
            for key, kept in network.state_dict().items():
                if kept.is_floating_point():
                    kept.lerp_(current[key], 1 - decay)

    @torch.no_grad()
    def lend_statistics(self, model: Trainable) -> None:
        """Gives a model's generators the averaged running statistics, and only these."""
        live = model.generators()
        for name, network in self.networks().items():
            for key, kept in network.named_buffers():
                live[name].get_buffer(key).copy_(kept)
