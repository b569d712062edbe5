from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import zarr
from numpy.typing import NDArray

from tests.io.scenes import contents, write_now
from tissuegan.data.phantom import Phantom
from tissuegan.objects import Rule, find_objects, object_table, outlines
from tissuegan.region import Region

FIELD = Region(-300, 2**40, 320, 500)
KEPT = Rule(off_border=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One window of the phantom in shards of two sizes."""
    folder = tmp_path_factory.mktemp("instances")
    for side in (128, 512):
        (folder / str(side)).mkdir()
        write_now(str(folder / str(side) / "a.ome.zarr"), FIELD, Phantom(4), (64, side))
    return folder


def stored(folder: Path, name: str) -> NDArray[Any]:
    array = zarr.open_array(folder / "a.ome.zarr", path=f"labels/{name}/0", mode="r")
    return np.asarray(array[:])


def test_instances_are_those_of_the_window_seen_as_a_whole(folder: Path) -> None:
    whole = find_objects(Phantom(4)[FIELD], cells=KEPT, organelles=KEPT)
    cells = stored(folder / "128", "cells")
    assert cells.max() > 5
    assert np.array_equal(cells, whole.labels["cell"])
    assert np.array_equal(stored(folder / "128", "mitochondria"), whole.labels["mitochondrion"])


def test_numbers_tables_and_outlines_do_not_depend_on_shards(folder: Path) -> None:
    small, large = folder / "128", folder / "512"
    assert np.array_equal(stored(small, "cells"), stored(large, "cells"))
    for file in ("a.objects.csv", "a.outlines.geojson"):
        assert (small / file).read_bytes() == (large / file).read_bytes()


def test_the_table_is_that_of_the_window_seen_as_a_whole(folder: Path) -> None:
    table = pd.read_csv(folder / "128" / "a.objects.csv", dtype={"parent": "Int64"})
    whole = object_table(find_objects(Phantom(4)[FIELD], cells=KEPT, organelles=KEPT))
    assert table.columns.tolist()[: len(whole.columns)] == whole.columns.tolist()
    pd.testing.assert_frame_equal(table[whole.columns], whole, check_dtype=False, rtol=1e-12)


def test_the_table_says_what_the_edge_of_the_window_cuts(folder: Path) -> None:
    table = pd.read_csv(folder / "128" / "a.objects.csv")
    inside = find_objects(Phantom(4)[FIELD])
    for kind, labels in inside.labels.items():
        cut = table[table["kind"] == kind]["cut"]
        assert (~cut).sum() == labels.max()
    assert table["cut"].any()


def test_outlines_are_those_of_the_window_seen_as_a_whole(folder: Path) -> None:
    text = (folder / "128" / "a.outlines.geojson").read_text()
    features = json.loads(text)["features"]
    whole = outlines(find_objects(Phantom(4)[FIELD], cells=KEPT, organelles=KEPT))["features"]
    assert [f["geometry"] for f in features] == [f["geometry"] for f in whole]
    assert [f["properties"]["label"] for f in features] == [f["properties"]["label"] for f in whole]


def test_nothing_is_left_of_the_work(folder: Path) -> None:
    assert not [name for name in contents(folder) if "/." in name or "part" in name]
