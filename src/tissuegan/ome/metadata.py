"""The metadata of OME-Zarr 0.5 (https://ngff.openmicroscopy.org/0.5/) for a window of tissue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import zarr
from zarr.codecs import ZstdCodec
from zarr.core.buffer import Buffer
from zarr.storage import MemoryStore

from tissuegan.classes import Colour, LabelClasses
from tissuegan.ome.layout import Layout

__all__ = ["KEY", "Layer", "Picture", "class_layers", "documents"]

VERSION = "0.5"
KEY = "tissuegan"
COMPRESSION = 1  # of zstd; micrographs are mostly noise, and higher levels gain two per cent


@dataclass(frozen=True)
class Layer:
    """One pyramid of arrays: the image, whose name is empty, or labels.

    Attributes:
        name: of the labels.
        dtype: of the pixels: uint8 or uint16 of an image, uint8 of a mask, uint32 of instances.
        colour: of a mask; instances and images have none.
    """

    name: str
    dtype: str
    colour: Colour | None = None

    @property
    def path(self) -> str:
        """Of the layer's group in the store."""
        return f"labels/{self.name}" if self.name else ""

    def array(self, level: int) -> str:
        """The path of a level's array in the store."""
        return f"{self.path}/{level}".removeprefix("/")


def class_layers(classes: LabelClasses) -> tuple[Layer, ...]:
    """A mask's layer a class."""
    pairs = zip(classes.names, classes.colours, strict=True)
    return tuple(Layer(name, "uint8", colour) for name, colour in pairs)


@dataclass(frozen=True, eq=False)
class Picture:
    """All that the metadata say.

    Attributes:
        layout: the pyramid's geometry.
        layers: the image first, if there is one.
        pixel_size_nm: side of a pixel.
        shown: grey values from black to white.
        facts: kept as they are for readers of our own, as JSON.
        shards: whether chunks are packed into shards.
    """

    layout: Layout
    layers: tuple[Layer, ...]
    pixel_size_nm: float
    shown: tuple[int, int]
    facts: Mapping[str, Any]
    shards: bool = True

    def __hash__(self) -> int:
        return id(self)

    @property
    def image(self) -> Layer | None:
        """The image's layer."""
        return next((layer for layer in self.layers if not layer.name), None)

    @property
    def labels(self) -> tuple[Layer, ...]:
        """The other layers."""
        return tuple(layer for layer in self.layers if layer.name)


@lru_cache(maxsize=4)
def documents(picture: Picture) -> Mapping[str, bytes]:
    """Every zarr.json of a picture by its key in the store."""
    kept: dict[str, Buffer] = {}
    store = MemoryStore(store_dict=kept)
    zarr.create_group(store, attributes=_root(picture))
    names = [layer.name for layer in picture.labels]
    zarr.create_group(store, path="labels", attributes=_ome(labels=names))
    for layer in picture.layers:
        if layer.name:
            zarr.create_group(store, path=layer.path, attributes=_label(picture, layer))
        for level in range(picture.layout.levels):
            _create_array(store, picture, layer, level)
    return {key: value.to_bytes() for key, value in sorted(kept.items())}


def _create_array(store: MemoryStore, picture: Picture, layer: Layer, level: int) -> None:
    layout = picture.layout
    zarr.create_array(
        store,
        name=layer.array(level),
        shape=layout.shape(level),
        chunks=(layout.chunk, layout.chunk),
        shards=(layout.shard, layout.shard) if picture.shards else None,
        dtype=layer.dtype,
        compressors=ZstdCodec(level=COMPRESSION),
        fill_value=0,
        dimension_names=("y", "x"),
    )


def _ome(**facts: Any) -> dict[str, Any]:
    return {"ome": {"version": VERSION, **facts}}


def _root(picture: Picture) -> dict[str, Any]:
    facts = {KEY: dict(picture.facts)}
    if picture.image is None:
        return {**_ome(), **facts}
    return {**_ome(multiscales=[_multiscale(picture, "image")], omero=_omero(picture)), **facts}


def _label(picture: Picture, layer: Layer) -> dict[str, Any]:
    described: dict[str, Any] = {}
    if layer.colour is not None:
        described["colors"] = [{"label-value": 1, "rgba": [*layer.colour, 255]}]
    if picture.image is not None:
        described["source"] = {"image": "../../"}
    return _ome(multiscales=[_multiscale(picture, layer.name)], **{"image-label": described})


def _multiscale(picture: Picture, name: str) -> dict[str, Any]:
    axes = [{"name": axis, "type": "space", "unit": "nanometer"} for axis in "yx"]
    levels = range(picture.layout.levels)
    datasets = [{"path": str(k), "coordinateTransformations": _placed(picture, k)} for k in levels]
    return {"name": name, "axes": axes, "datasets": datasets}


def _placed(picture: Picture, level: int) -> list[dict[str, Any]]:
    """Scale and translation: a pixel of level k is the mean of 2^k x 2^k pixels, centred there."""
    side, region = picture.pixel_size_nm, picture.layout.region
    aside = ((1 << level) - 1) / 2
    corner = [(region.y0 + aside) * side, (region.x0 + aside) * side]
    scale = [side * (1 << level)] * 2
    return [{"type": "scale", "scale": scale}, {"type": "translation", "translation": corner}]


def _omero(picture: Picture) -> dict[str, Any]:
    assert picture.image is not None
    black, white = picture.shown
    most = 2 ** (8 * (2 if picture.image.dtype == "uint16" else 1)) - 1
    window = {"min": 0, "max": most, "start": black, "end": white}
    grey = {"label": "image", "color": "FFFFFF", "active": True, "window": window}
    return {"channels": [grey], "rdefs": {"model": "greyscale"}}
