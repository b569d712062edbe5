"""What is stored, in the viewer and in ``edit``: an OME-Zarr, and the real sections."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Grid
from tissuegan.data import load_labels
from tissuegan.editing import parse_script
from tissuegan.io.edit import edit
from tissuegan.io.source import open_sources
from tissuegan.io.window import write_window
from tissuegan.region import Region
from tissuegan.web.maptiles import SIDE
from tissuegan.web.opening import open_exhibits
from tissuegan.web.viewer import viewer_app

VNC = os.environ.get("TISSUEGAN_VNC")
REGION = Region(-40, 60, 300, 280)
STROKE = {"edit": "paint", "points": [[20, 100], [20, 200]], "radius_nm": 40}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("stored") / "grid.ome.zarr"
    for _ in write_window(Grid(), str(place), REGION):
        pass
    return place


def viewed(text: str) -> TestClient:
    return TestClient(viewer_app(lambda: open_exhibits([text])), base_url="http://localhost")


def planes(answer: Any) -> np.ndarray:
    assert answer.status_code == 200, answer.text
    return np.frombuffer(answer.content, np.uint8).reshape(-1, SIDE, SIDE)


def registered(client: TestClient, name: str, exhibit: int = 0) -> str:
    body = json.dumps({"edits": [{**STROKE, "class": name}]})
    return str(client.post(f"/api/exhibits/{exhibit}/edits", content=body).json()["edits"])


def test_a_stored_ome_zarr_is_seen_as_it_was_written(stored: Path) -> None:
    with viewed(str(stored)) as client:
        (facts,) = client.get("/api/exhibits").json()["exhibits"]
        assert facts["bounds"] == [REGION.y0, REGION.x0, REGION.height, REGION.width]
        seen = planes(client.get("/tiles/0/0/none/0/0/0"))
    inside = Region(0, 60, SIDE, SIDE - 60)
    tissue = Grid()[inside]
    assert np.array_equal(seen[0, :, 60:], np.asarray(tissue.image))
    assert np.array_equal(seen[1, :, 60:] & 1, tissue.masks[0])
    assert not seen[:, :, :60].any()


def test_a_stored_ome_zarr_is_painted_on(stored: Path) -> None:
    with viewed(str(stored)) as client:
        before = planes(client.get("/tiles/0/0/none/0/0/0"))
        digest = registered(client, "blob")
        after = planes(client.get(f"/tiles/0/0/{digest}/0/0/0"))
        assert (after[1, 20, 100:200] == 2).all()
        assert np.array_equal(after[1, 80:], before[1, 80:])
        assert np.array_equal(after[0], before[0])  # no model fits: the image is that below


def test_a_stored_ome_zarr_is_edited_to_a_folder(stored: Path, tmp_path: Path) -> None:
    edits = parse_script(json.dumps({"edits": [{**STROKE, "class": "blob"}]}), "the test")
    for _ in edit(str(stored), tmp_path / "edited", edits):
        pass
    (named,) = open_sources(str(tmp_path / "edited"))
    masks = named.source[named.source.bounds or REGION].masks
    assert masks[1, 20 - REGION.y0, 100 - REGION.x0 : 200 - REGION.x0].all()
    changed = (masks != Grid()[REGION].masks).any(axis=0)
    assert 0 < changed.sum() < 120 * 20


@pytest.mark.skipif(VNC is None, reason="TISSUEGAN_VNC is not set")
def test_real_sections_are_seen_and_painted_on() -> None:
    section = load_labels(str(VNC))[3]
    with viewed(str(VNC)) as client:
        told = client.get("/api/exhibits").json()["exhibits"]
        assert len(told) == 20
        before = planes(client.get("/tiles/3/0/none/0/0/0"))
        assert section.tissue.image is not None
        assert np.array_equal(before[0], section.tissue.image[:SIDE, :SIDE])
        assert np.array_equal(before[1] & 1, section.tissue.masks[0, :SIDE, :SIDE])
        digest = registered(client, "membrane", 3)
        after = planes(client.get(f"/tiles/3/0/{digest}/0/0/0"))
        assert (after[1, 20, 100:200] & 1).all()
        assert (after[0] != before[0]).any()  # the best model drew it again
        assert np.array_equal(planes(client.get("/tiles/3/0/none/0/0/0")), before)
