"""Generators that learn as they draw: normalised by running statistics, not by each batch's own.

A batch of a few patches has statistics of its own. Where a rare class is among them, its channels
vary much and are pressed together, which a generator learns to make up for; when it draws, the
running statistics do not press, and the class comes out too strong.
"""

from __future__ import annotations

from tissuegan.models.phases import Trainable
from tissuegan.networks.layers import BatchNorm
from tissuegan.training.average import Average
from tissuegan.training.recipe import Recipe


def settled_from(recipe: Recipe) -> int:
    """The first step whose generators are settled; the number of steps where none is."""
    return recipe.steps - round(recipe.settled * recipe.steps)


def settle(model: Trainable, average: Average, since: int) -> None:
    """Before the step ``since`` steps after the first settled one; nothing before that.

    In the first one the running statistics become the averaged ones, which then stay.
    """
    if since < 0:
        return
    if since == 0:
        average.lend_statistics(model)
    for network in model.generators().values():
        for module in network.modules():
            if isinstance(module, BatchNorm):
                module.eval()
