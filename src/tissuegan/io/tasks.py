"""The stateless tasks that a picture is made of: each fills one shard of every layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.io.plan import Plan
from tissuegan.ome.layout import Place
from tissuegan.ome.metadata import Layer
from tissuegan.ome.pyramid import halved
from tissuegan.tissue import Tissue

__all__ = ["draw", "halve"]


def draw(plan: Plan, number: int) -> None:
    """Image and masks of one shard of the first level, from the source."""
    place = plan.layout.place(0, number)
    layers = (*plan.masks, *(layer for layer in (plan.picture.image,) if layer is not None))
    if missing := plan.lacks(layers, 0, place):
        layout = plan.layout
        tissue = plan.source[layout.on_plane(layout.window(0, place))]
        for layer in missing:
            plan.shards(layer).write(place, _pixels(tissue, layer))


def _pixels(tissue: Tissue, layer: Layer) -> NDArray[Any]:
    if layer.name:
        mask: NDArray[Any] = tissue.masks[tissue.classes.index(layer.name)]
        return mask.astype(layer.dtype)
    assert tissue.image is not None
    return tissue.image


def halve(level: int, plan: Plan, number: int) -> None:
    """One shard of every layer of a level above the first, from the level below."""
    place = plan.layout.place(level, number)
    for layer in plan.lacks(plan.picture.layers, level, place):
        plan.shards(layer, level).write(place, _from_below(plan, layer, level, place))


def _from_below(plan: Plan, layer: Layer, level: int, place: Place) -> NDArray[Any]:
    """Shard by shard of the level below, so that no more than one of them is in memory."""
    shards, layout = plan.shards(layer, level - 1), plan.layout
    parts = [
        [halved(shards.read(layout.window(level - 1, below)), layer) for below in row]
        for row in layout.below(level, place)
    ]
    return np.block(parts)
