"""A source whose windows are made by the workers of a Dask cluster."""

from __future__ import annotations

import pickle
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from tissuegan.classes import LabelClasses
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Remote", "carried"]

PIECE = 1024


def carried(client: Client, value: object) -> Future:
    """A value that the workers of a cluster have.

    It is part of the graph and not scattered, which Dask warns of when it is large: so it comes
    back when the worker that held it dies.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
        return client.submit(pickle.loads, pickle.dumps(value), pure=False)


class Remote:
    """Another source's tissue, bit for bit, in pieces that are made side by side.

    Args:
        source: of the tissue; it is pickled to the workers.
        client: of the cluster.
    """

    def __init__(self, source: TissueSource, client: Client) -> None:
        self._source, self._client = source, client
        self._held = carried(client, source)

    @property
    def classes(self) -> LabelClasses:
        """The classes of the source."""
        return self._source.classes

    @property
    def pixel_size_nm(self) -> float:
        """Side of a pixel in nanometres."""
        return self._source.pixel_size_nm

    @property
    def bounds(self) -> Region | None:
        """Those of the source."""
        return self._source.bounds

    def __getitem__(self, region: Region, /) -> Tissue:
        """The source's tissue."""
        places = [place.intersect(region) for place in region.tiles(PIECE)]
        futures = self._client.map(_window, [self._held] * len(places), places, pure=False)
        pieces: list[Tissue] = self._client.gather(futures)
        return _joined(region, pieces)


def _window(source: TissueSource, region: Region) -> Tissue:
    return source[region]


def _joined(region: Region, pieces: list[Tissue]) -> Tissue:
    first = pieces[0]
    masks = np.empty((len(first.classes), *region.shape), bool)
    image: Any = None if first.image is None else np.empty(region.shape, first.image.dtype)
    for piece in pieces:
        rows, columns = region.crop(piece.region)
        masks[:, rows, columns] = piece.masks
        if image is not None:
            image[rows, columns] = piece.image
    side, facts = first.pixel_size_nm, first.provenance
    return Tissue(masks, image, first.classes, side, region, facts)
