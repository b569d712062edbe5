"""Requests made up from a description of the viewer's interface, and against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.editing.drawing import Blocks
from tests.web.conftest import running
from tests.web.describing import BOUNDED, NUMBER, described, operation
from tissuegan.editing import Edited
from tissuegan.web.exhibits import Exhibit
from tissuegan.web.viewer import viewer_app

PLACE = ("number", "seed", "edits")
WINDOW = ("y", "x", "height", "width")
QUERY = [{"name": name, "in": "query", "schema": NUMBER} for name in WINDOW]
STROKE = {
    "type": "object",
    "properties": {
        "edit": {"enum": ["paint", "erase", "move", "delete", "convex", "close-gaps", "x"]},
        "class": {"enum": ["wall", "blob", "other"]},
        "points": {"type": "array", "maxItems": 5, "items": {"type": "array", "items": NUMBER}},
        "radius_nm": {"type": "number"},
        "at": {"type": "array", "items": NUMBER, "maxItems": 3},
        "by": {"type": "array", "items": NUMBER, "maxItems": 3},
    },
}
SCRIPT = {
    "type": "object",
    "properties": {"edits": {"type": "array", "maxItems": 4, "items": STROKE}},
}
BODY = {"content": {"application/json": {"schema": SCRIPT}}}
saved = operation(*PLACE, "kind")
SCHEMA = described(
    {
        "/static/{key}": {"get": operation("key")},
        "/api/exhibits": {"get": operation()},
        "/api/exhibits/{number}/edits": {"post": operation("number", requestBody=BODY)},
        "/api/cell/{number}/{seed}/{edits}/{y}/{x}": {"get": operation(*PLACE, "y", "x")},
        "/tiles/{number}/{seed}/{edits}/{level}/{row}/{column}": {
            "get": operation(*PLACE, "level", "row", "column")
        },
        "/save/{number}/{seed}/{edits}/{kind}": {
            "get": {**saved, "parameters": saved["parameters"] + QUERY}
        },
        "/zarr/{number}/{seed}/{edits}/{y}/{x}/{height}/{width}/tissue.ome.zarr/{key}": {
            "get": operation(*PLACE, *WINDOW, "key")
        },
    }
)


@pytest.fixture(scope="module")
def viewer() -> Iterator[str]:
    blocks = Exhibit("blocks", lambda seed: Blocks(seed + 1), True, Edited)
    with running(viewer_app(lambda: [blocks])) as place:
        yield place


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@BOUNDED
def test_the_viewer_answers_whatever_it_is_asked(case: Any, viewer: str) -> None:
    assert case.call(base_url=viewer).status_code < 500
    assert httpx.get(f"{viewer}/api/exhibits").status_code == 200
