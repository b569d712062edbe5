"""Stored OME-Zarr as a source of tissue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import zarr

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.io.plan import WORK
from tissuegan.io.store import get, open_store
from tissuegan.ome.metadata import KEY
from tissuegan.region import Region
from tissuegan.tissue import Tissue

__all__ = ["StoredTissue", "open_ome_zarr"]

Array = zarr.Array[Any]


@dataclass(frozen=True, eq=False)
class StoredTissue:
    """Arrays in a store as a source; only what is asked for is read.

    Attributes:
        grey: the image's array (H, W), or None.
        layers: the masks' arrays (H, W), one a class.
        classes: their names and colours.
        pixel_size_nm: side of a pixel.
        bounds: where on the plane the arrays lie.
        provenance: of the tissue, as it was written.
    """

    grey: Array | None
    layers: tuple[Array, ...]
    classes: LabelClasses
    pixel_size_nm: float
    bounds: Region
    provenance: Mapping[str, str]

    def __getitem__(self, region: Region, /) -> Tissue:
        """The tissue of one window; ValueError if it reaches over an edge."""
        window = self.bounds.crop(region)
        masks = np.stack([np.asarray(layer[window]) > 0 for layer in self.layers])
        image = None if self.grey is None else np.asarray(self.grey[window])
        return Tissue(masks, image, self.classes, self.pixel_size_nm, region, self.provenance)


def open_ome_zarr(url: str) -> StoredTissue:
    """An OME-Zarr with ``labels/CLASS`` as a source.

    Where it was not written here, the masks are all its labels, and its first pixel is (0, 0).

    Args:
        url: a path or an fsspec URL.

    Raises:
        UserError: there is none, it is unfinished, or it is of another form.
    """
    store = open_store(url)
    if get(store, "zarr.json") is None:
        unfinished = get(store, f"{WORK}/zarr.json") is not None
        raise UserError(
            f"{url} is not finished; run the command that writes it again"
            if unfinished
            else f"{url} is no OME-Zarr; check the path"
        )
    try:
        return _opened(zarr.open_group(store, mode="r"))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise UserError(f"{url} cannot be read as two-dimensional tissue ({error})") from None


def _opened(root: zarr.Group) -> StoredTissue:
    said: Any = root.attrs.asdict()
    facts: Mapping[str, Any] = said.get(KEY, {})
    names = facts.get("classes") or _attributes(root["labels"])["ome"]["labels"]
    layers = tuple(_first(root[f"labels/{name}"]) for name in names)
    region = facts.get("region") or [0, 0, *layers[0].shape]
    return StoredTissue(
        _first(root) if "multiscales" in said["ome"] else None,
        layers,
        LabelClasses(tuple(names), tuple(tuple(colour) for colour in facts.get("colours", ()))),
        facts.get("pixel_size_nm") or _pixel_size(root[f"labels/{names[0]}"]),
        Region(*region),
        facts.get("provenance", {}),
    )


def _attributes(node: zarr.Group | Array) -> Any:
    return node.attrs.asdict()


def _first(group: zarr.Group | Array) -> Array:
    """The array of the first level of a multiscale image."""
    path = _attributes(group)["ome"]["multiscales"][0]["datasets"][0]["path"]
    found = group[path]
    if not isinstance(found, zarr.Array) or found.ndim != 2:
        raise ValueError(f"{group.path}/{path} is no array of rows and columns")
    return found


def _pixel_size(group: zarr.Group | Array) -> float:
    """In nanometres, from the scale of the first level."""
    multiscale = _attributes(group)["ome"]["multiscales"][0]
    side = multiscale["datasets"][0]["coordinateTransformations"][0]["scale"][-1]
    units = {"nanometer": 1.0, "micrometer": 1e3, "millimeter": 1e6}
    return float(side) * units[multiscale["axes"][-1].get("unit", "nanometer")]
