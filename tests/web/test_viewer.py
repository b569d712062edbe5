from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.editing.drawing import Blocks
from tissuegan.region import Region
from tissuegan.web.exhibits import Exhibit
from tissuegan.web.maptiles import SIDE, encoded
from tissuegan.web.queue import FullError, Renders
from tissuegan.web.viewer import viewer_app

FAR = 2**41


@pytest.fixture
def client(blocks: list[Exhibit]) -> Iterator[TestClient]:
    with TestClient(viewer_app(lambda: blocks), base_url="http://localhost") as opened:
        yield opened


def planes(answer: Any) -> np.ndarray:
    return np.frombuffer(answer.content, np.uint8).reshape(-1, SIDE, SIDE)


def labels(answer: Any) -> np.ndarray:
    return np.stack([planes(answer)[1] >> k & 1 for k in (0, 1)]).astype(bool)


def edits(client: TestClient, *listed: dict[str, object]) -> str:
    answer = client.post("/api/exhibits/0/edits", content=json.dumps({"edits": listed}))
    assert answer.status_code == 200
    return str(answer.json()["edits"])


PAINT = {"edit": "paint", "class": "wall", "points": [[10, 10], [10, 90]], "radius_nm": 60}


def test_the_page_and_its_files_are_served_and_name_nothing_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    for name in ("base.css", "viewer.css", "viewer.js", "pane.js", "tiles.js"):
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "://" not in answer.text
    assert "://" not in page.text


def test_the_exhibits_are_told(client: TestClient) -> None:
    (facts,) = client.get("/api/exhibits").json()["exhibits"]
    assert facts["classes"] == ["wall", "blob"]
    assert facts["bounds"] is None
    assert facts["levels"] == 3


@pytest.mark.parametrize(("row", "column"), [(0, 0), (-3, 2), (FAR, -FAR)])
def test_a_tile_is_the_tissue_of_its_place(row: int, column: int, client: TestClient) -> None:
    answer = client.get(f"/tiles/0/3/none/0/{row}/{column}")
    region = Region(row * SIDE, column * SIDE, SIDE, SIDE)
    assert np.array_equal(labels(answer), Blocks(4)[region].masks)


def test_a_coarse_tile_has_what_most_of_its_pixels_have() -> None:
    found = np.frombuffer(gzip.decompress(encoded(Blocks(1), 2, -1, 0)), np.uint8)
    masks = Blocks(1)[Region(-4 * SIDE, 0, 4 * SIDE, 4 * SIDE)].masks  # blocks of 4 x 4 are even
    assert np.array_equal(found.reshape(2, SIDE, SIDE)[1] & 1, masks[0, ::4, ::4])


def test_painting_changes_the_tile_and_undoing_gives_it_back(client: TestClient) -> None:
    digest = edits(client, PAINT)
    before = client.get("/tiles/0/0/none/0/0/0")
    after = client.get(f"/tiles/0/0/{digest}/0/0/0")
    assert labels(after)[0, 10, 10:90].all()
    assert not labels(after)[1, 10, 10:90].any()
    assert edits(client) == "none"
    assert client.get("/tiles/0/0/none/0/0/0").content == before.content != after.content


def test_equal_edits_have_one_name(client: TestClient) -> None:
    assert edits(client, PAINT) == edits(client, dict(reversed(PAINT.items())))
    assert edits(client, PAINT) != edits(client, {**PAINT, "radius_nm": 61})


def test_a_cell_is_measured_where_there_is_one(client: TestClient) -> None:
    wall = {"edit": "paint", "class": "wall", "radius_nm": 20}
    clear = {"edit": "erase", "points": [[0, 0]], "radius_nm": 400}
    ring = [[-15, -15], [-15, 15], [15, 15], [15, -15], [-15, -15]]
    digest = edits(client, clear, {**wall, "points": ring})
    told = client.get(f"/api/cell/0/0/{digest}/0/0").json()
    (cell,) = told["features"]
    assert cell["properties"]["kind"] == "cell"
    assert cell["properties"]["area_um2"] == pytest.approx((27 * 0.012) ** 2, rel=0.1)
    split = edits(client, clear, {**wall, "points": ring}, {**wall, "points": [[0, -15], [0, 15]]})
    halves = [client.get(f"/api/cell/0/0/{split}/{y}/0").json()["features"] for y in (-8, 8)]
    areas = [one["properties"]["area_um2"] for (one,) in halves]
    assert sum(areas) < cell["properties"]["area_um2"]
    assert client.get(f"/api/cell/0/0/{split}/0/0").json()["features"] == []


def test_a_window_is_saved_as_a_dataset_with_its_script(client: TestClient, tmp_path: Path) -> None:
    from tissuegan.data import load_labels

    digest = edits(client, PAINT)
    answer = client.get(f"/save/0/0/{digest}/tissue.zip?y=-5&x=7&height=30&width=40")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    (section,) = load_labels(tmp_path / "tissue")
    assert section.tissue.region.shape == (30, 40)
    assert section.tissue.masks[0, 15, 5:].all()
    assert (
        json.loads((tmp_path / "tissue" / "edits.json").read_text())["edits"][0]["edit"] == "paint"
    )


HOSTILE = [
    "/tiles/1/0/none/0/0/0",
    "/tiles/-1/0/none/0/0/0",
    "/tiles/0/-1/none/0/0/0",
    f"/tiles/0/{2**64}/none/0/0/0",
    "/tiles/0/0/nothing/0/0/0",
    "/tiles/0/0/none/9/0/0",
    "/tiles/0/0/none/0/99999999999999999999999999/0",
    "/tiles/0/0/none/0/1e3/0",
    "/tiles/0/0/none/0/%D9%A1/0",
    "/tiles/0/0/none/0/../../etc",
    "/static/..%2f..%2fviewer.py",
    "/static/%2e%2e/viewer.py",
    "/static/viewer.html",
    "/api/cell/0/0/none/x/0",
    f"/api/cell/0/0/none/{2**60}/0",
    "/save/0/0/none/tissue.zip",
    "/save/0/0/none/tissue.zip?y=0&x=0&height=0&width=9",
    "/save/0/0/none/tissue.zip?y=0&x=0&height=99999&width=9",
    "/save/0/0/none/passwd?y=0&x=0&height=9&width=9",
    "/nothing",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_hostile_addresses_are_refused(address: str, client: TestClient) -> None:
    assert 400 <= client.get(address).status_code < 500
    assert client.get("/tiles/0/0/none/0/0/0").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * 50_000,
        b'{"edits": [{"edit": "paint"}]}',
        json.dumps([{**PAINT, "class": "nucleus"}]).encode(),
        json.dumps([{**PAINT, "radius_nm": 1e9}]).encode(),
        json.dumps([{**PAINT, "points": [[0, 0]] * 5000}]).encode(),
        json.dumps([{"edit": "convex", "class": "blob", "max_nm": 5000}] * 40).encode(),
        b" " * (3 << 20),
    ],
)
def test_hostile_edits_are_refused(body: bytes, client: TestClient) -> None:
    answer = client.post("/api/exhibits/0/edits", content=body)
    if answer.status_code == 200:  # edits that look too far are told when they are used
        answer = client.get(f"/tiles/0/0/{answer.json()['edits']}/0/0/0")
    assert 400 <= answer.status_code < 500
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_other_methods_are_refused(method: str, client: TestClient) -> None:
    assert client.request(method, "/tiles/0/0/none/0/0/0").status_code == 405


def test_two_hundred_viewers_get_their_tiles_within_bounded_memory(blocks: list[Exhibit]) -> None:
    renders = Renders(keep=1 << 20)
    app = viewer_app(lambda: blocks, renders=renders)

    async def look() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as many:
            asked = (
                many.get(f"/tiles/0/0/none/0/{v % 10}/{k}") for v in range(200) for k in (0, 1)
            )
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    assert set(asyncio.run(look())) == {200}
    assert renders.held <= 1 << 20


def test_equal_requests_share_a_render_and_full_queues_take_no_more() -> None:
    made: list[int] = []

    async def ask() -> None:
        renders = Renders(most=1)
        gate = asyncio.Event()
        loop = asyncio.get_running_loop()

        def render() -> bytes:
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
            made.append(1)
            return b"x"

        both = [asyncio.ensure_future(renders.get("a", render)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(FullError):
            await renders.get("b", render)
        gate.set()
        assert await asyncio.gather(*both) == [b"x", b"x"]
        assert await renders.get("a", render) == b"x"

    asyncio.run(ask())
    assert made == [1]


def test_what_nobody_waits_for_is_not_rendered() -> None:
    made: list[str] = []

    async def ask() -> None:
        renders = Renders()
        gate = asyncio.Event()
        loop = asyncio.get_running_loop()
        renders.begin(lambda: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result())
        gone = asyncio.ensure_future(renders.get("gone", lambda: _noted(made, "gone")))
        kept = asyncio.ensure_future(renders.get("kept", lambda: _noted(made, "kept")))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        gate.set()
        await kept

    asyncio.run(ask())
    assert made == ["kept"]


def _noted(made: list[str], name: str) -> bytes:
    made.append(name)
    return name.encode()
