from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.evaluation.shape import shape_table
from tissuegan.objects import (
    Roles,
    Rule,
    find_objects,
    instances,
    object_table,
    outlines,
    single_cells,
)
from tissuegan.region import Region
from tissuegan.tissue import Tissue

CLASSES = LabelClasses(("wall", "blob"))


def a_tissue(y0: int = 0, x0: int = 0) -> Tissue:
    """Two walled cells of 40 x 40 and 40 x 60 pixels; a 20 x 20 blob in the second."""
    masks = np.zeros((2, 48, 112), bool)
    masks[0] = True
    masks[0, 4:44, 4:44] = masks[0, 4:44, 48:108] = False
    masks[1, 14:34, 60:80] = True
    return Tissue(masks, None, CLASSES, 10.0, Region(y0, x0, 48, 112))


def test_components_are_joined_by_edges_and_not_by_corners() -> None:
    mask = np.pad(np.array([[1, 0, 0], [0, 1, 1]], bool), 1)
    assert instances(mask, Rule(1)).max() == 2


def test_specks_and_what_touches_the_border_are_left_out_and_the_rest_is_renumbered() -> None:
    mask = np.zeros((40, 40), bool)
    mask[:10, :10] = mask[15:18, 15:18] = mask[20:30, 20:30] = True
    labels = instances(mask)
    assert np.unique(labels).tolist() == [0, 1]
    assert labels[25, 25] == 1
    assert instances(mask, Rule(1, off_border=False)).max() == 3


def test_the_first_class_bounds_the_cells_where_no_roles_are_given() -> None:
    assert Roles.of(CLASSES) == Roles("wall", ("blob",))


def test_the_table_has_sizes_in_micrometres() -> None:
    table = object_table(find_objects(a_tissue()))
    assert table["kind"].tolist() == ["cell", "cell", "blob"]
    assert table["area_um2"].tolist() == pytest.approx([0.16, 0.24, 0.04])
    assert table["diameter_um"][2] == pytest.approx(np.sqrt(4 * 0.04 / np.pi))
    assert table["perimeter_um"][2] == pytest.approx(0.8, rel=0.1)
    assert table["solidity"].tolist() == [1, 1, 1]
    assert table["roundness"].between(0, 0.6).all()


def test_an_organelle_knows_its_cell_and_a_cell_has_no_parent() -> None:
    parents = object_table(find_objects(a_tissue()))["parent"]
    assert parents.isna().tolist() == [True, True, False]
    assert parents[2] == 2


def test_an_organelle_in_no_cell_has_no_parent() -> None:
    tissue = a_tissue()
    tissue.masks[1] = False
    tissue.masks[1, 10:40, 44:48] = True
    assert object_table(find_objects(tissue))["parent"].isna().all()


def test_centroids_are_pixels_on_the_plane() -> None:
    table = object_table(find_objects(a_tissue(-1000, 2**40)))
    assert table[["y", "x"]].iloc[2].tolist() == [-1000 + 23.5, 2**40 + 69.5]


def test_a_tissue_without_objects_has_an_empty_table() -> None:
    tissue = a_tissue()
    tissue.masks[0] = True
    tissue.masks[1] = False
    table = object_table(find_objects(tissue))
    assert len(table) == 0
    assert "roundness" in table
    assert outlines(find_objects(tissue))["features"] == []


def test_outlines_are_closed_polygons_around_the_pixels() -> None:
    objects = find_objects(a_tissue(100, 200))
    collection = json.loads(json.dumps(outlines(objects), allow_nan=False))
    assert collection["type"] == "FeatureCollection"
    blob = collection["features"][2]
    ring = np.array(blob["geometry"]["coordinates"][0])
    assert ring[0].tolist() == ring[-1].tolist()
    assert ring.min(axis=0).tolist() == [259.5, 113.5]
    assert ring.max(axis=0).tolist() == [279.5, 133.5]
    assert blob["properties"]["parent"] == 2
    assert collection["features"][0]["properties"]["parent"] is None


def test_holes_are_rings_after_the_outside() -> None:
    tissue = a_tissue()
    tissue.masks[0, 20:24, 20:24] = True
    rings = outlines(find_objects(tissue))["features"][0]["geometry"]["coordinates"]
    assert [len(rings), np.ptp(np.array(rings[0])), np.ptp(np.array(rings[1]))] == [2, 40, 4]


def test_a_class_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no class 'axon'"):
        find_objects(a_tissue(), Roles("wall", ("axon",)))


def test_single_cells_are_those_with_an_organelle_cut_out_and_filled() -> None:
    tissue = a_tissue()
    tissue.masks[0, 36:40, 90:94] = True
    ((cell, organelle),) = single_cells(tissue)
    assert cell.shape == organelle.shape == (40, 60)
    assert cell.all()
    assert organelle.sum() == 400


def test_a_cell_with_a_speck_of_an_organelle_is_left_out() -> None:
    assert list(single_cells(a_tissue(), least_organelle=401)) == []


def test_single_cells_go_into_the_shape_table() -> None:
    assert shape_table(single_cells(a_tissue())).shape == (1, 89)


def test_objects_are_found_without_torch() -> None:
    modules = "sys, tissuegan.objects, tissuegan.evaluation.shape"
    code = f"import {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_organelles_cannot_be_called_cells() -> None:
    with pytest.raises(UserError, match="cannot be called 'cell'"):
        Roles("membrane", ("cell",))
