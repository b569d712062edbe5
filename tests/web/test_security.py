from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tissuegan.web.security import LOOPBACK, Limits, _Buckets, is_loopback, secured


async def echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


def client(limits: Limits | None = None, hosts: tuple[str, ...] | None = LOOPBACK) -> TestClient:
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    return TestClient(secured(app, limits, hosts), base_url="http://localhost:8000")


def test_every_answer_forbids_what_comes_from_elsewhere() -> None:
    for answer in (client().get("/"), client().get("/nothing")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_body_passes_unchanged_up_to_the_limit() -> None:
    small = client(Limits(body=10))
    assert small.post("/", content=b"0123456789").content == b"0123456789"
    assert small.post("/", content=b"0123456789a").status_code == 413


def test_a_body_of_unknown_length_is_limited_too() -> None:
    answer = client(Limits(body=10)).post("/", content=iter([b"012345", b"678901"]))
    assert answer.status_code == 413


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8000", "[", ""])
def test_another_name_than_its_own_is_refused(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8123", "[::1]:8000"])
def test_its_own_names_are_taken(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 200


def test_any_name_is_taken_where_none_are_given() -> None:
    assert client(hosts=None).get("/", headers={"host": "lab.example"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://["])
def test_another_sites_page_cannot_post(origin: str) -> None:
    assert client().post("/", headers={"origin": origin}).status_code == 403
    assert client().post("/", headers={"origin": "http://localhost:8000"}).status_code == 200


def test_too_many_requests_at_once_are_told_to_wait() -> None:
    impatient = client(Limits(rate=0.001, burst=3))
    answers = [impatient.get("/").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_buckets_refill_with_time_and_forget_the_longest_silent() -> None:
    now = [0.0]
    buckets = _Buckets(Limits(rate=2, burst=2, clients=2), lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [buckets.take("a") for _ in range(2)] == [True, False]
    for other in "bc":
        assert buckets.take(other)
    assert list(buckets.levels) == ["b", "c"]


def test_loopback_is_told_from_the_network() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.0.0.53", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.0.7", "lab.example")))
