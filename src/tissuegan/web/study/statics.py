"""Style sheets and script, read once: no path of a request reaches the file system."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["static_routes"]

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def static_routes(names: Sequence[str]) -> list[Route]:
    """One route ``/static/NAME`` for each of the named files of the package."""
    return [_route(name) for name in names]


def _route(name: str) -> Route:
    body = (files("tissuegan.web") / "static" / name).read_bytes()
    headers = {"content-type": _TYPES[name.rpartition(".")[2]], "cache-control": "max-age=600"}

    def sent(_: Request) -> Response:
        return Response(body, headers=headers)

    return Route(f"/static/{name}", sent)
