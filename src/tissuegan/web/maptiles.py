"""Tiles of the map: image and labels of a square together, at full or at a coarser resolution."""

from __future__ import annotations

import gzip
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource

SIDE = 256
Bytes8 = NDArray[np.uint8]


def encoded(source: TissueSource, level: int, row: int, column: int) -> bytes:
    """One tile, gzipped: :data:`SIDE` x SIDE bytes of grey, then planes of class bits.

    Bit k % 8 of plane 1 + k // 8 says whether class k is there; at level n a pixel stands for
    2^n x 2^n, by their mean and by majority. What lies beyond the bounds is black.
    """
    side = SIDE << level
    place = Region(row * side, column * side, side, side)
    inside = place if source.bounds is None else place.intersect(source.bounds)
    grey, bits = np.zeros((SIDE, SIDE), np.uint8), np.zeros((_planes(source), SIDE, SIDE), np.uint8)
    if inside is not None:
        grey, bits = _shrunk(_shown(source, inside), place, level)
    return gzip.compress(grey.tobytes() + bits.tobytes(), 1, mtime=0)


def _shown(source: TissueSource, region: Region) -> Tissue:
    """The tissue; labels that were edited where nothing draws images show above the old one."""
    tissue = source[region]
    if tissue.image is None:
        from tissuegan.editing import Edited

        if isinstance(source, Edited):
            return replace(tissue, image=source.source[region].image)
    return tissue


def eight_bits(tissue: Tissue) -> Bytes8:
    """The image with eight bits, uint8 (H, W); black where there is none."""
    if tissue.image is None:
        return np.zeros(tissue.region.shape, np.uint8)
    image = tissue.image
    return (image >> 8).astype(np.uint8) if image.dtype == np.uint16 else image.astype(np.uint8)


def _planes(source: TissueSource) -> int:
    return -(-len(source.classes) // 8)


def _shrunk(tissue: Tissue, place: Region, level: int) -> tuple[Bytes8, Bytes8]:
    rows, columns = place.crop(tissue.region)
    grey = np.zeros(place.shape, np.uint8)
    masks = np.zeros((len(tissue.masks), *place.shape), bool)
    grey[rows, columns], masks[:, rows, columns] = eight_bits(tissue), tissue.masks
    small = _halved(grey[None], level)[0].astype(np.uint8)
    most = _halved(masks, level) >= 0.5
    return small, np.stack([_bits(most[k : k + 8]) for k in range(0, len(most), 8)])


def _halved(values: NDArray[np.uint8] | NDArray[np.bool_], level: int) -> NDArray[np.float64]:
    factor, size = 1 << level, values.shape[-1] >> level
    blocks = values.reshape(len(values), size, factor, size, factor)
    mean: NDArray[np.float64] = blocks.mean(axis=(2, 4))
    return mean


def _bits(masks: NDArray[np.bool_]) -> Bytes8:
    found = np.zeros(masks.shape[1:], np.uint8)
    for k, mask in enumerate(masks):
        found |= mask.astype(np.uint8) << np.uint8(k)
    return found
