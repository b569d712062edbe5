from __future__ import annotations

from collections.abc import Iterator
from socket import socket
from threading import Thread
from time import sleep

import numpy as np
import pytest
import uvicorn
import zarr
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from tests.io.scenes import CORNER, Plane
from tissuegan.io.http import zarr_app
from tissuegan.region import Region

FIELD = Region(*CORNER, 75, 110)


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = Starlette(routes=[Mount("/a.ome.zarr", zarr_app(Plane(), FIELD, chunk=32))])
    return TestClient(app, base_url="http://testserver/a.ome.zarr/")


@pytest.fixture
def address() -> Iterator[str]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Starlette(routes=[Mount("/a.ome.zarr", zarr_app(Plane(), FIELD, chunk=32))])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        sleep(0.02)
    yield f"http://127.0.0.1:{port}/a.ome.zarr"
    server.should_exit = True
    thread.join()


def test_zarr_reads_it_over_http(address: str) -> None:
    pytest.importorskip("aiohttp", reason="fsspec reads http by aiohttp")
    array = zarr.open_array(address, path="labels/wall/0", mode="r")
    assert np.array_equal(array[:], Plane()[FIELD].masks[0])


def test_pages_of_any_origin_may_read(client: TestClient) -> None:
    answer = client.get("zarr.json", headers={"Origin": "http://elsewhere"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["attributes"]["ome"]["version"] == "0.5"


def test_a_chunk_is_not_sent_twice(client: TestClient) -> None:
    tag = client.get("0/c/0/0").headers["etag"]
    again = client.get("0/c/0/0", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("0/c/0/1").headers["etag"] != tag


def test_the_head_is_that_of_the_whole(client: TestClient) -> None:
    whole, head = client.get("0/c/0/0"), client.head("0/c/0/0")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("bytes=5-99999", 5, None),
    ],
)
def test_ranges_are_parts_of_the_whole(
    asked: str, start: int, stop: int | None, client: TestClient
) -> None:
    whole = client.get("0/c/0/0").content
    part = client.get("0/c/0/0", headers={"Range": asked})
    assert (part.status_code, part.content) == (206, whole[start:stop])


def test_a_range_beyond_the_end_is_refused_and_nonsense_is_no_range(client: TestClient) -> None:
    assert client.get("0/c/0/0", headers={"Range": "bytes=99999-"}).status_code == 416
    assert client.get("0/c/0/0", headers={"Range": "bytes=a-b"}).status_code == 200


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("0/c/7/7").status_code == 404
    assert client.get("0/zarr.json2").status_code == 404
