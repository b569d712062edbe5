"""Tiled OME-TIFF: image and masks as channels, written by way of the shards of an OME-Zarr.

A TIFF is one file whose tiles have no places known before, which neither workers nor a second
attempt can go on with. So the tissue is written as shards beside it first, and packed in the end.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

import numpy as np
import tifffile
import zarr
from numpy.typing import NDArray

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.io.files import writing
from tissuegan.io.plan import Plan
from tissuegan.ome.metadata import KEY, Layer
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.tissue import Tissue

__all__ = ["StoredTiff", "open_ome_tiff", "parts_of", "write_tiff"]

BIG = (1 << 32) - (1 << 25)
"""Bytes of pixels from which on a file is a BigTIFF; smaller ones any program can read."""


def parts_of(path: str) -> str:
    """Where the shards of a TIFF lie until it is packed."""
    return str(Path(path).with_name(f".{Path(path).name}.parts"))


def write_tiff(
    path: str, plan: Plan, write: Callable[[Plan], Iterator[Progress]]
) -> Iterator[Progress]:
    """Writes an OME-TIFF; the same call goes on where it was stopped, and ends in the same bytes.

    Args:
        path: of the file.
        plan: of its shards, at :func:`parts_of` the path, without instances.
        write: writes the shards.

    Raises:
        UserError: something else is there, or the place cannot be written.
    """
    if Path(path).exists():
        if _facts(path) != plan.picture.facts:
            raise UserError(f"{path} is there and was not made by this call; choose another --out")
        yield Progress(1, 1, "")
        return
    yield from write(plan)
    with writing(path):
        _pack(path, plan)
        shutil.rmtree(plan.url)


def _pack(path: str, plan: Plan) -> None:
    layout, layers = plan.layout, plan.picture.layers
    pixels = sum(h * w for h, w in map(layout.shape, range(layout.levels)))
    big = pixels * len(layers) * np.dtype(layers[0].dtype).itemsize > BIG
    part = Path(path).with_name(f".{Path(path).name}.part")
    with tifffile.TiffWriter(part, bigtiff=big, ome=True) as file:
        for level in range(layout.levels):
            above = {"subfiletype": 1, "metadata": None}
            first = {"subifds": layout.levels - 1 or None, "metadata": _metadata(plan)}
            file.write(
                _tiles(plan, level),
                shape=(len(layers), *layout.shape(level)),
                dtype=layers[0].dtype,
                tile=(layout.chunk, layout.chunk),
                photometric="minisblack",
                compression="zlib",
                software=KEY,
                resolution=(1e7 / plan.picture.pixel_size_nm,) * 2,
                resolutionunit="CENTIMETER",
                maxworkers=1,
                **(above if level else first),
            )
    part.replace(path)


def _metadata(plan: Plan) -> dict[str, Any]:
    """What the OME-XML says; the file's UUID follows from it, so that the bytes do too."""
    side, facts = plan.picture.pixel_size_nm, json.dumps(plan.picture.facts)
    names = [layer.name or "image" for layer in plan.picture.layers]
    return {
        "axes": "CYX",
        "UUID": str(uuid5(NAMESPACE_URL, facts)),
        "PhysicalSizeX": side,
        "PhysicalSizeXUnit": "nm",
        "PhysicalSizeY": side,
        "PhysicalSizeYUnit": "nm",
        "Channel": {"Name": names},
        "MapAnnotation": {"Namespace": KEY, KEY: facts},
    }


def _tiles(plan: Plan, level: int) -> Iterator[NDArray[Any]]:
    """All tiles of a level, channel by channel, row by row; a mask has the largest value."""
    layout, dtype = plan.layout, np.dtype(plan.picture.layers[0].dtype)
    height, width = layout.shape(level)
    for layer in plan.picture.layers:
        for y in range(0, height, layout.chunk):
            for x in range(0, width, layout.chunk):
                window = layout.clipped(level, Region(y, x, layout.chunk, layout.chunk))
                yield _tile(plan, layer, level, window).astype(dtype)


def _tile(plan: Plan, layer: Layer, level: int, window: Region) -> NDArray[Any]:
    """Pixels (chunk, chunk), zero beyond the level's edge."""
    pixels = plan.shards(layer, level).read(window)
    side, most = plan.layout.chunk, np.iinfo(plan.picture.layers[0].dtype).max
    whole = np.zeros((side, side), plan.picture.layers[0].dtype)
    whole[: window.height, : window.width] = (pixels > 0) * most if layer.name else pixels
    return whole


@dataclass(frozen=True)
class StoredTiff:
    """An OME-TIFF as a source; only the tiles asked for are read.

    Attributes:
        path: of the file.
        channels: their names: a class each, but for "image".
        classes: of the masks, the other channels.
        pixel_size_nm: side of a pixel.
        bounds: where on the plane it lies.
    """

    path: str
    channels: tuple[str, ...]
    classes: LabelClasses
    pixel_size_nm: float
    bounds: Region

    def __getitem__(self, region: Region, /) -> Tissue:
        """The tissue of one window; ValueError if it reaches over an edge."""
        rows, columns = self.bounds.crop(region)
        pixels = np.asarray(_array(self.path)[:, rows, columns])
        masks = np.stack([pixels[self.channels.index(name)] > 0 for name in self.classes.names])
        image = pixels[self.channels.index("image")] if "image" in self.channels else None
        provenance = _facts(self.path).get("provenance", {})
        return Tissue(masks, image, self.classes, self.pixel_size_nm, region, provenance)


@lru_cache(maxsize=4)
def _array(path: str) -> zarr.Array[Any]:
    """The file's first level, (C, H, W)."""
    with tifffile.TiffFile(path) as file:
        axes = file.series[0].axes
    if axes != "CYX":
        raise ValueError(f"its axes are {axes} and not CYX")
    return zarr.open_array(tifffile.imread(path, aszarr=True, level=0), mode="r")


def open_ome_tiff(path: str) -> StoredTiff:
    """An OME-TIFF whose channels are "image" and classes as a source.

    Raises:
        UserError: there is none, or it is of another form.
    """
    try:
        facts, shape = _facts(path), _array(path).shape
        root = ElementTree.fromstring(_xml(path))
        channels = tuple(c.attrib["Name"] for c in root.iterfind(".//{*}Channel"))
        names = tuple(facts.get("classes") or (name for name in channels if name != "image"))
        colours = tuple(tuple(colour) for colour in facts.get("colours", ()))
        region = Region(*(facts.get("region") or (0, 0, *shape[1:])))
        classes = LabelClasses(names, colours)
        return StoredTiff(path, channels, classes, _pixel_size(root), region)
    except (OSError, KeyError, ValueError, ElementTree.ParseError) as error:
        raise UserError(f"{path} cannot be read as OME-TIFF of image and masks ({error})") from None


def _xml(path: str) -> str:
    with tifffile.TiffFile(path) as file:
        return file.ome_metadata or ""


def _facts(path: str) -> dict[str, Any]:
    """What was kept for readers of our own; empty where another program wrote the file."""
    try:
        root = ElementTree.fromstring(_xml(path))
    except (OSError, ValueError, ElementTree.ParseError):
        return {}
    noted = root.find(f".//{{*}}MapAnnotation/{{*}}Value/{{*}}M[@K='{KEY}']")
    return {} if noted is None else dict(json.loads(noted.text or "{}"))


def _pixel_size(root: ElementTree.Element) -> float:
    """In nanometres."""
    pixels = root.find(".//{*}Pixels")
    if pixels is None or "PhysicalSizeX" not in pixels.attrib:
        raise ValueError("it has no PhysicalSizeX")
    units = {"nm": 1.0, "µm": 1e3, "mm": 1e6}
    return float(pixels.attrib["PhysicalSizeX"]) * units[pixels.get("PhysicalSizeXUnit", "µm")]
