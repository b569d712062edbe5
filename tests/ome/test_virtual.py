from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from tests.io.scenes import CORNER, Plane
from tissuegan.ome.metadata import Layer
from tissuegan.ome.pyramid import halved
from tissuegan.ome.virtual import VirtualStore
from tissuegan.region import Region

FIELD = Region(*CORNER, 75, 110)


class Counted(Plane):
    """A plane that counts the pixels it was asked for."""

    drawn = 0

    def __getitem__(self, region: Region, /) -> Any:
        self.drawn += region.area
        return super().__getitem__(region)


def read(store: VirtualStore, path: str) -> NDArray[Any]:
    return np.asarray(zarr.open_array(store, path=path, mode="r")[:])


def test_every_level_is_half_of_the_one_below() -> None:
    store, tissue = VirtualStore(Plane(), FIELD, chunk=32), Plane()[FIELD]
    assert store.layout.levels == 3
    image, mask = tissue.image, tissue.masks[0].astype(np.uint8)
    for level in range(3):
        assert np.array_equal(read(store, str(level)), image)  # type: ignore[arg-type]
        assert np.array_equal(read(store, f"labels/wall/{level}"), mask)
        image = halved(image, Layer("", "uint8"))  # type: ignore[arg-type]
        mask = halved(mask, Layer("wall", "uint8", (0, 0, 0)))


def test_it_is_valid_by_the_models_of_the_format() -> None:
    from ome_zarr_models.v05.image import Image

    image = Image.from_zarr(zarr.open_group(VirtualStore(Plane(), FIELD, chunk=32), mode="r"))
    assert image.labels is not None
    assert image.labels.attributes.ome.labels == ["wall", "mitochondrion"]


def test_chunks_are_made_once_while_they_are_kept() -> None:
    source = Counted()
    store = VirtualStore(source, FIELD, chunk=32)
    read(store, "2")
    read(store, "1")
    read(store, "labels/wall/0")
    assert source.drawn == FIELD.area + 1  # and the pixel that tells the types


def test_what_is_kept_is_bounded() -> None:
    source = Counted()
    store = VirtualStore(source, FIELD, chunk=32, keep=1)
    first, second = read(store, "0"), read(store, "0")
    assert np.array_equal(first, second)
    assert source.drawn == 2 * FIELD.area + 1


def test_metadata_cost_no_pixels_but_one_and_an_endless_plane_is_a_terapixel() -> None:
    source = Counted()
    group = zarr.open_group(VirtualStore(source, levels=1), mode="r")
    assert group["0"].shape == (2**20, 2**20)  # type: ignore[union-attr]
    assert sorted(group["labels"].keys()) == ["mitochondrion", "wall"]  # type: ignore[union-attr]
    assert source.drawn == 1


@pytest.mark.parametrize(
    "key", ["0/c/9/0", "3/c/0/0", "0/c/0", "0/c/-1/0", "labels/axon/0/c/0/0", "x", "", "0/d/0/0"]
)
def test_there_is_nothing_but_metadata_and_chunks(key: str) -> None:
    store = VirtualStore(Plane(), FIELD, chunk=32)
    assert store.value(key) is None


def test_nothing_can_be_written() -> None:
    array: Any = zarr.open_array(VirtualStore(Plane(), FIELD, chunk=32), path="0", mode="r")
    with pytest.raises((PermissionError, ValueError)):
        array[:5, :5] = 0
