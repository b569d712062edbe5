from __future__ import annotations

import pickle
from typing import Any

import dask.array
import numpy as np
import pytest
import zarr

from tests.builders import pixels
from tissuegan.models import Model
from tissuegan.ome.virtual import VirtualStore
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Rendering

HERE = Region(-40, 2**41, 60, 70)


def test_a_slice_of_the_virtual_array_is_the_canvas(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 3)
    array = canvas.as_zarr(region=Region(-40, 2**41, 2**20, 2**20))
    assert array.shape == (2**20, 2**20)
    assert np.array_equal(array[:60, :70], pixels(canvas[HERE]))


def test_a_class_is_a_virtual_array_too(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 3)
    assert np.array_equal(canvas.as_zarr("blob", HERE)[:], canvas[HERE].masks[1])
    with pytest.raises(ValueError, match="no layer 'axon' among image, wall, blob"):
        canvas.as_zarr("axon")


def test_dask_slices_the_canvas_lazily(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 3)
    lazy = canvas.as_dask()
    assert lazy.shape == (2**16, 2**16)
    far = Region(5000, 60_000, 20, 30)
    found = lazy[5000:5020, 60_000:60_030].compute(scheduler="synchronous")
    assert np.array_equal(found, pixels(canvas[far]))


def test_dask_reads_the_virtual_array(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 3)
    array = dask.array.from_zarr(canvas.as_zarr("wall", HERE))
    assert np.array_equal(array.compute(scheduler="threads"), canvas[HERE].masks[0])


def test_the_store_opens_as_a_group_and_after_pickling(tiny_model: Model) -> None:
    store = VirtualStore(Canvas(tiny_model, 3), HERE, chunk=32)
    copy = pickle.loads(pickle.dumps(store))
    for one in (store, copy):
        group: Any = zarr.open(one, mode="r")
        assert np.array_equal(group["0"][:], pixels(Canvas(tiny_model, 3)[HERE]))


@pytest.mark.parametrize("rendered", [False, True])
def test_a_source_that_was_pickled_draws_the_same(rendered: bool, tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 3)
    source = Rendering(tiny_model, canvas, 5) if rendered else canvas
    before = source[HERE]
    copy = pickle.loads(pickle.dumps(source))
    assert np.array_equal(copy[HERE].masks, before.masks)
    assert np.array_equal(pixels(copy[HERE]), pixels(before))
