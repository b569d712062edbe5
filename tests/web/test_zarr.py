"""The OME-Zarr of what the viewer shows, read over HTTP as other programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.request import Request, urlopen

import numpy as np
import pytest
import zarr
from starlette.testclient import TestClient

from tests.editing.drawing import Blocks
from tests.web.conftest import Grid, running
from tissuegan.editing import Edited
from tissuegan.region import Region
from tissuegan.web.exhibits import Exhibit
from tissuegan.web.viewer import viewer_app

WINDOW = Region(-70, 130, 600, 700)
PLACE = f"{WINDOW.y0}/{WINDOW.x0}/{WINDOW.height}/{WINDOW.width}/tissue.ome.zarr"
PAINT = {"edit": "paint", "class": "blob", "points": [[0, 200], [0, 400]], "radius_nm": 60}
NEUROGLANCER = "https://neuroglancer-demo.appspot.com"


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    grid = Exhibit("grid", lambda _seed: Grid(), True, Edited)
    blocks = Exhibit("blocks", lambda seed: Blocks(seed + 1), True, Edited)
    with running(viewer_app(lambda: [grid, blocks])) as place:
        yield place


@pytest.fixture
def client(blocks: list[Exhibit]) -> Iterator[TestClient]:
    with TestClient(viewer_app(lambda: blocks), base_url="http://localhost") as opened:
        yield opened


def registered(place: str) -> str:
    body = json.dumps({"edits": [PAINT]}).encode()
    with urlopen(Request(f"{place}/api/exhibits/0/edits", body)) as answer:
        return str(json.load(answer)["edits"])


def test_zarr_reads_the_pixels_of_the_canvas(place: str) -> None:
    pytest.importorskip("aiohttp", reason="fsspec reads http by aiohttp")
    group = zarr.open_group(f"{place}/zarr/0/5/none/{PLACE}", mode="r")
    tissue = Grid()[WINDOW]
    image, wall = group["0"], group["labels/wall/0"]
    assert isinstance(image, zarr.Array)
    assert isinstance(wall, zarr.Array)
    assert np.array_equal(image[:], np.asarray(tissue.image))
    assert np.array_equal(wall[:], tissue.masks[0])


def test_what_was_painted_is_in_it(place: str) -> None:
    pytest.importorskip("aiohttp", reason="fsspec reads http by aiohttp")
    url = f"{place}/zarr/0/5/{registered(place)}/{PLACE}"
    blob = zarr.open_array(url, path="labels/blob/0", mode="r")
    assert np.asarray(blob)[-WINDOW.y0, 200 - WINDOW.x0 : 400 - WINDOW.x0].all()
    assert not np.asarray(blob)[-WINDOW.y0 + 100].any()


def test_ome_zarr_reads_image_and_labels(place: str) -> None:
    reading = pytest.importorskip("ome_zarr.reader", reason="ome-zarr is not installed")
    parse_url = pytest.importorskip("ome_zarr.io").parse_url
    pytest.importorskip("aiohttp", reason="fsspec reads http by aiohttp")
    nodes = list(reading.Reader(parse_url(f"{place}/zarr/0/5/none/{PLACE}"))())
    assert np.array_equal(np.asarray(nodes[0].data[0]), np.asarray(Grid()[WINDOW].image))
    names = {node.metadata.get("name") for node in nodes}
    assert "wall" in str(names)


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        (NEUROGLANCER, True),
        ("http://127.0.0.1:41000", True),
        ("http://localhost", True),
        ("https://elsewhere.example", False),
        ("http://localhost.elsewhere.example", False),
        ("null", False),
    ],
)
def test_pages_of_this_machine_and_of_neuroglancer_may_read(
    origin: str, may: bool, client: TestClient
) -> None:
    url = f"/zarr/0/0/none/{PLACE}/zarr.json"
    answer = client.get(url, headers={"origin": origin})
    assert answer.status_code == 200
    assert (answer.headers.get("access-control-allow-origin") == origin) is may
    ask = {"origin": origin, "access-control-request-method": "GET"}
    asked = client.options(url, headers=ask)
    assert (asked.headers.get("access-control-allow-origin") == origin) is may
    other = client.get("/api/exhibits", headers={"origin": origin})
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"0/0/none/{PLACE}/0/c/99/0", 404),
        (f"0/0/none/{PLACE}/../../../etc/passwd", 404),
        (f"0/0/none/{PLACE}/%2e%2e/zarr.json", 404),
        (f"0/0/none/{PLACE}/0/c/{'9' * 5000}/0", 422),
        (f"7/0/none/{PLACE}/zarr.json", 404),
        (f"0/0/other/{PLACE}/zarr.json", 404),
        ("0/0/none/0/0/9000/9000/tissue.ome.zarr/zarr.json", 422),
        ("0/0/none/0/0/0/10/tissue.ome.zarr/zarr.json", 422),
        (f"0/0/none/{2**60}/0/10/10/tissue.ome.zarr/zarr.json", 422),
    ],
)
def test_what_is_not_there_is_refused(path: str, status: int, client: TestClient) -> None:
    assert client.get(f"/zarr/{path}").status_code == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(method: str, client: TestClient) -> None:
    assert client.request(method, f"/zarr/0/0/none/{PLACE}/0/c/0/0").status_code == 405


def test_a_window_lies_within_the_bounds_of_its_source() -> None:
    region = Region(0, 0, 40, 50)
    stored = Exhibit("stored", lambda _seed: Cut(region), False, Edited)
    with TestClient(viewer_app(lambda: [stored]), base_url="http://localhost") as client:
        answer = client.get("/zarr/0/0/none/-10/20/40/100/tissue.ome.zarr/0/zarr.json")
        assert answer.json()["shape"] == [30, 30]


class Cut(Grid):
    """A window of the grid that has bounds."""

    def __init__(self, bounds: Region) -> None:
        self.bounds = bounds
