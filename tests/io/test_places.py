"""Pictures at URLs, and what happens where they cannot be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
from zarr.storage import LocalStore

from tests.io.scenes import CORNER, Plane, contents, write_now
from tissuegan.errors import UserError
from tissuegan.io.source import open_sources
from tissuegan.io.stored import open_ome_zarr
from tissuegan.region import Region

FIELD = Region(*CORNER, 70, 60)


def check(url: str) -> None:
    """Writes twice and reads back."""
    write_now(url, FIELD)
    write_now(url, FIELD)
    (named,) = open_sources(url)
    assert np.array_equal(named.source[FIELD].masks, Plane()[FIELD].masks)
    folder, system = url.rpartition("/")[0], fsspec.core.url_to_fs(url)[0]
    names = {path.rsplit("/", 1)[1] for path in system.ls(folder, detail=False)}
    assert names == {"a.ome.zarr", "a.objects.csv", "a.outlines.geojson"}
    with pytest.raises(UserError, match="was not made by this call"):
        write_now(url, FIELD, Plane(1))


def test_memory_is_a_place() -> None:
    check("memory://canvas/a.ome.zarr")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a bucket on a local server that speaks S3."""
    moto = pytest.importorskip("moto.server", reason="moto's server is not installed")
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir("tissue")
    yield "s3://tissue"
    server.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_bucket_is_a_place(bucket: str) -> None:
    check(f"{bucket}/a.ome.zarr")


def test_a_url_of_an_unknown_kind_is_told_in_a_sentence() -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        open_ome_zarr("nothing://a.ome.zarr")


@pytest.mark.parametrize("after", [0, 3, 20])
def test_a_full_disk_is_told_and_what_was_written_is_gone_on_with(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = after
    put = LocalStore.set

    async def full(self: LocalStore, key: str, value: Any, *rest: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        await put(self, key, value, *rest)

    url = str(tmp_path / "a" / "a.ome.zarr")
    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "set", full)
        with pytest.raises(UserError, match=r"cannot be written \(no space left on device\)"):
            write_now(url, FIELD)
    write_now(url, FIELD)
    calm = tmp_path / "b" / "a.ome.zarr"
    write_now(str(calm), FIELD)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("place", ["/dev/null/a.ome.zarr", "/proc/a.ome.zarr"])
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(place: str) -> None:
    with pytest.raises(UserError, match=f"{place} cannot be written"):
        write_now(place, FIELD)


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        (Region(0, 0, 10, 2**40 + 1), "too large for one picture"),
        (Region(2**62, 0, 10, 10), "too far out"),
        (Region(0, -(2**62) - 1, 10, 10), "too far out"),
    ],
)
def test_a_window_beyond_reach_is_told_in_a_sentence_and_nothing_is_written(
    region: Region, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=reason):
        write_now(str(tmp_path / "a.ome.zarr"), region)
    assert not list(tmp_path.iterdir())


def test_a_window_at_the_end_of_reach_is_written(tmp_path: Path) -> None:
    region = Region(2**62 - 40, -(2**62), 40, 50)
    write_now(str(tmp_path / "a.ome.zarr"), region)
    (named,) = open_sources(str(tmp_path / "a.ome.zarr"))
    assert np.array_equal(named.source[region].masks, Plane()[region].masks)


def test_a_foreign_table_beside_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "a.objects.csv").write_bytes(b"mine")
    with pytest.raises(UserError, match=r"a\.objects\.csv is there and was not made by this call"):
        write_now(str(tmp_path / "a.ome.zarr"), FIELD)
    assert contents(tmp_path) == {"a.objects.csv": b"mine"}
    assert not (tmp_path / "a.ome.zarr").exists()
