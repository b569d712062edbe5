"""The stateless tasks that a picture is made of: each fills one shard of every layer."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from tissuegan.io.plan import Plan
from tissuegan.ome.metadata import Layer
from tissuegan.ome.pyramid import halved
from tissuegan.region import Region
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
    window = plan.layout.window(level, place)
    below = Region(2 * window.y0, 2 * window.x0, 2 * window.height, 2 * window.width)
    below = plan.layout.clipped(level - 1, below)
    for layer in plan.lacks(plan.picture.layers, level, place):
        pixels = plan.shards(layer, level - 1).read(below)
        plan.shards(layer, level).write(place, halved(pixels, layer))
