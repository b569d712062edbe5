"""The virtual OME-Zarr over HTTP, for viewers that read zarr from a URL."""

from __future__ import annotations

from hashlib import sha256

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tissuegan.ome.layout import CHUNK
from tissuegan.ome.virtual import VirtualStore
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

__all__ = ["SHOWN", "answer", "zarr_app"]

SHOWN = Region(0, 0, 1 << 13, 1 << 13)
"""The window of an endless source where none is named: viewers read the coarsest level whole, and
for that every pixel has to be computed."""
ALLOWED = {"allow_origins": ["*"], "allow_methods": ["GET", "HEAD"], "allow_headers": ["*"]}


def zarr_app(source: TissueSource, region: Region | None = None, chunk: int = CHUNK) -> Starlette:
    """An ASGI application that serves a source as OME-Zarr 0.5; mount it at NAME.ome.zarr.

    It answers GET and HEAD with ranges and entity tags, to pages of any origin. A tag depends on
    the tissue's provenance, so what a viewer keeps is asked for again but not sent again.

    Args:
        source: of the tissue.
        region: the window; left out, the source's bounds, or :data:`SHOWN`.
        chunk: side of a chunk in pixels.
    """
    store = VirtualStore(source, region or source.bounds or SHOWN, chunk=chunk)

    async def told(request: Request) -> Response:
        return await run_in_threadpool(answer, store, request)

    return Starlette(
        routes=[Route("/{key:path}", told, methods=["GET"])],
        middleware=[Middleware(CORSMiddleware, **ALLOWED)],  # type: ignore[arg-type]
    )


def answer(store: VirtualStore, request: Request) -> Response:
    """What lies under the key of a request's path, or the range of it that is asked for."""
    key = request.path_params["key"]
    root = store.files["zarr.json"]
    tag = f'"{sha256(root + key.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Accept-Ranges": "bytes"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    value = store.value(key)
    if value is None:
        return Response("not found", status_code=404, media_type="text/plain")
    kind = "application/json" if key.endswith(".json") else "application/octet-stream"
    return _ranged(value, request.headers.get("range"), headers, kind)


def _ranged(value: bytes, asked: str | None, headers: dict[str, str], kind: str) -> Response:
    """The whole value, or the one range of it that was asked for (RFC 9110, section 14)."""
    unit, _, span = (asked or "").partition("=")
    first, dash, last = span.strip().partition("-")
    numbers = all(word.isdecimal() or not word for word in (first, last)) and (first or last)
    if unit.strip() != "bytes" or not dash or not numbers:
        return Response(value, headers=headers, media_type=kind)
    size = len(value)
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= stop:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{size}"}
    return Response(value[start:stop], status_code=206, headers=headers, media_type=kind)
