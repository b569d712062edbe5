from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from tests.data.test_vnc import published
from tissuegan.data import fetch, load_sections
from tissuegan.data.fetch import VNC_URL, fetch_vnc, vnc_registry
from tissuegan.errors import UserError


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, remembers what was asked for, and breaks off where it is told to."""

    asked: list[str]
    broken: set[str]

    def __init__(self, *arguments: Any, asked: list[str], broken: set[str], **named: Any) -> None:
        self.asked, self.broken = asked, broken
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path in self.broken:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"only the beginning")
            self.close_connection = True
        else:
            super().do_GET()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        pass


class Server:
    """A web server of made-up sections, whose hashes are the registry."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked, self.broken = folder, list[str](), set[str]()
        handler = partial(Handler, directory=str(folder), asked=self.asked, broken=self.broken)
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        self.names = [p.relative_to(folder).as_posix() for p in files]
        self.registry = {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in zip(self.names, files, strict=True)
        }


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server(published(tmp_path / "web"))
    monkeypatch.setattr(fetch, "vnc_registry", lambda: server.registry)
    monkeypatch.setattr("time.sleep", lambda _: None)  # between attempts
    thread = Thread(target=partial(server.http.serve_forever, 0.01))
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_all_files_are_fetched_and_are_a_dataset(server: Server, tmp_path: Path) -> None:
    steps = list(fetch_vnc(tmp_path / "out", server.url))
    assert files(tmp_path / "out") == server.names
    assert [s.done for s in steps] == list(range(len(server.names) + 1))
    assert {s.total for s in steps} == {len(server.names)}
    assert len(load_sections(tmp_path / "out")) == 2


def test_files_that_are_there_are_not_fetched_again(server: Server, tmp_path: Path) -> None:
    list(fetch_vnc(tmp_path, server.url))
    server.asked.clear()
    list(fetch_vnc(tmp_path, server.url))
    assert server.asked == []


def test_a_file_that_is_not_the_published_one_is_fetched_again(
    server: Server, tmp_path: Path
) -> None:
    list(fetch_vnc(tmp_path, server.url))
    server.asked.clear()
    path = tmp_path / "raw/01.tif"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    list(fetch_vnc(tmp_path, server.url))
    assert server.asked == ["/raw/01.tif"]
    assert path.read_bytes() == whole


def test_a_wrong_hash_is_refused_and_leaves_no_file(server: Server, tmp_path: Path) -> None:
    server.registry["membranes/00.png"] = "0" * 64
    with pytest.raises(UserError, match=r"membranes/00\.png is not the published file") as caught:
        list(fetch_vnc(tmp_path / "out", server.url))
    assert "\n" not in str(caught.value)
    assert "membranes/00.png" not in files(tmp_path / "out")


def test_a_missing_file_is_named_with_the_answer(server: Server, tmp_path: Path) -> None:
    (server.folder / "raw/00.tif").unlink()
    with pytest.raises(UserError, match=r"raw/00\.tif cannot be fetched \(status 404\)"):
        list(fetch_vnc(tmp_path / "out", server.url))


def test_an_interrupted_download_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.broken.add("/raw/00.tif")
    with pytest.raises(UserError, match=r"raw/00\.tif"):
        list(fetch_vnc(tmp_path / "out", server.url))
    done = files(tmp_path / "out")
    assert "raw/00.tif" not in done
    assert set(done) == set(server.names[: server.names.index("raw/00.tif")])
    server.broken.clear()
    server.asked.clear()
    list(fetch_vnc(tmp_path / "out", server.url))
    assert files(tmp_path / "out") == server.names
    assert sorted(server.asked) == sorted(f"/{name}" for name in server.names if name not in done)


def test_a_call_that_is_given_up_leaves_whole_files_only(server: Server, tmp_path: Path) -> None:
    steps = fetch_vnc(tmp_path / "out", server.url)
    for _ in range(4):
        next(steps)
    del steps
    left = tmp_path / "out/.fetch/leftover"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    assert [n for n in files(tmp_path / "out") if not n.startswith(".")] == server.names[:3]
    list(fetch_vnc(tmp_path / "out", server.url))
    assert files(tmp_path / "out") == server.names


def test_no_connection_is_one_sentence(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise requests.ConnectionError("long\nstory")

    monkeypatch.setattr(requests, "get", refused)
    with pytest.raises(UserError, match=r"\(no connection\); check the network"):
        list(fetch_vnc(tmp_path / "out", server.url))


def test_a_place_that_cannot_be_written_is_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file cannot be written"):
        list(fetch_vnc(tmp_path / "file", server.url))


def test_the_registry_names_five_folders_of_twenty_files() -> None:
    registry = vnc_registry()
    folders = [name.split("/")[0] for name in registry]
    assert {f: folders.count(f) for f in folders} == dict.fromkeys(
        ("labels", "membranes", "mitochondria", "raw", "synapses"), 20
    )
    assert all(len(digest) == 64 for digest in registry.values())
    assert VNC_URL.endswith("/4a5f051/stack1/")


def test_the_registry_has_the_hashes_of_the_real_files(vnc: Path) -> None:
    for name, digest in vnc_registry().items():
        assert hashlib.sha256((vnc / name).read_bytes()).hexdigest() == digest


def test_the_real_sections_are_there_already(vnc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "get", None)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    assert list(fetch_vnc(vnc, "http://127.0.0.1:9/"))[-1].done == 100
