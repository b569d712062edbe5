"""A window of a source and the place that it is to be written to: all that a worker needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from tissuegan.data.settings import is_class_name
from tissuegan.errors import UserError
from tissuegan.io.shards import Shards
from tissuegan.io.store import get, is_empty, open_store, put
from tissuegan.objects.kinds import kinds
from tissuegan.ome.layout import CHUNK, SHARD, Layout, Place
from tissuegan.ome.metadata import Layer, Picture, class_layers, documents
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource

__all__ = ["WORK", "Plan", "planned"]

WORK = ".tissuegan"
"""Below it lies what is needed while writing; it is gone in the end."""
ROOT = "zarr.json"
PROBE = 256
LONGEST = 1 << 40
"""Most pixels a side: what is noted of the instances fits integers of 64 bits."""
FARTHEST = 1 << 62
"""Largest coordinate: noise is a function of integers of 64 bits."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be written, and where. It can be pickled wherever its source can.

    Attributes:
        url: a path or an fsspec URL.
        source: of the tissue.
        picture: the metadata to write, which decide everything else.
    """

    url: str
    source: TissueSource
    picture: Picture

    @property
    def layout(self) -> Layout:
        """The pyramid's geometry."""
        return self.picture.layout

    @property
    def masks(self) -> tuple[Layer, ...]:
        """The layers of the classes, in the source's order."""
        return tuple(layer for layer in self.picture.labels if layer.dtype == "uint8")

    @property
    def instances(self) -> tuple[Layer, ...]:
        """The layers of the instances: cells first."""
        return tuple(layer for layer in self.picture.labels if layer.dtype != "uint8")

    def shards(self, layer: Layer, level: int = 0) -> Shards:
        """The array of a layer's level."""
        return _shards(self.url, layer.array(level), self.layout, level)

    def lacks(self, layers: tuple[Layer, ...], level: int, place: Place) -> list[Layer]:
        """Those of some layers whose shard is not there, or not whole."""
        return [layer for layer in layers if not self.shards(layer, level).has(place)]

    def begin(self) -> None:
        """Puts the metadata there, all but the root's, which marks the end.

        Raises:
            UserError: something else is there, or the place cannot be written.
        """
        store, files = open_store(self.url), documents(self.picture)
        there = {key: get(store, key) for key in (f"{WORK}/{ROOT}", *files)}
        mine = {f"{WORK}/{ROOT}": files[ROOT], **files}
        foreign = any(there[key] not in (None, mine[key]) for key in mine)
        unmarked = there[ROOT] is None and there[f"{WORK}/{ROOT}"] is None
        if foreign or (unmarked and not is_empty(store)):
            raise UserError(
                f"{self.url} is there and was not made by this call; choose another --out"
            )
        marks = (ROOT,) if unmarked else (ROOT, f"{WORK}/{ROOT}")
        for key in mine:
            if there[key] is None and key not in marks:
                put(store, key, mine[key])

    def finish(self) -> None:
        """Puts the root's metadata there: from now on the picture can be read."""
        put(open_store(self.url), ROOT, documents(self.picture)[ROOT])


@cache
def _shards(url: str, path: str, layout: Layout, level: int) -> Shards:
    return Shards(url, path, layout, level)


def planned(
    source: TissueSource,
    url: str,
    region: Region,
    call: Mapping[str, str] | None = None,
    sides: tuple[int, int] = (CHUNK, SHARD),
    objects: bool = True,
) -> Plan:
    """A plan for a window of any source.

    Args:
        source: of the tissue.
        url: a path or an fsspec URL, without a slash at its end.
        region: the window.
        call: says what decides the pixels; left out, the tissue's provenance.
        sides: of chunks and shards, in pixels.
        objects: whether instances are wanted.

    Raises:
        UserError: the window is too large, too far out or not inside the source's bounds, or a
            class cannot have a folder.
    """
    _check_reach(region)
    if source.bounds is not None and not source.bounds.contains(region):
        raise UserError(f"{region} is not inside {source.bounds}; ask for a window that is")
    tissue = source[Region(region.y0, region.x0, *(min(PROBE, s) for s in region.shape))]
    layers = (*_image_layers(tissue), *class_layers(source.classes))
    if objects:
        layers += tuple(Layer(kind.layer, "uint32") for kind in kinds(source.classes))
    if bad := [layer.name for layer in layers if layer.name and not is_class_name(layer.name)]:
        raise UserError(f"the class '{bad[0]}' cannot have a folder of its name; rename the class")
    facts = _facts(tissue, region, tissue.provenance if call is None else call)
    layout = Layout(region, *sides)
    return Plan(url, source, Picture(layout, layers, source.pixel_size_nm, _shown(tissue), facts))


def _check_reach(region: Region) -> None:
    if max(region.shape) > LONGEST:
        raise UserError(
            f"{region} is too large for one picture; a side has at most {LONGEST} pixels"
        )
    if max(abs(region.y0), abs(region.x0), abs(region.y1), abs(region.x1)) > FARTHEST:
        raise UserError(f"{region} is too far out; coordinates go from -{FARTHEST} to {FARTHEST}")


def _image_layers(tissue: Tissue) -> tuple[Layer, ...]:
    return () if tissue.image is None else (Layer("", str(tissue.image.dtype)),)


def _shown(tissue: Tissue) -> tuple[int, int]:
    """From black to white: all of eight bits; of sixteen, what the corner of the window has."""
    if tissue.image is None or tissue.image.dtype == np.uint8:
        return 0, 255
    return int(tissue.image.min()), int(tissue.image.max())


def _facts(tissue: Tissue, region: Region, call: Mapping[str, str]) -> dict[str, Any]:
    return {
        "region": [region.y0, region.x0, region.height, region.width],
        "pixel_size_nm": tissue.pixel_size_nm,
        "classes": list(tissue.classes.names),
        "colours": [list(colour) for colour in tissue.classes.colours],
        "provenance": dict(call),
    }
