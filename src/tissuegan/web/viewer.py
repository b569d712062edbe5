"""The viewer: a map of tissue without end, as an ASGI app."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.web.queue import FullError, Renders
from tissuegan.web.security import LOOPBACK, Limits, secured
from tissuegan.web.stores import MOST_SIDE as MOST_STORED
from tissuegan.web.stores import READERS, Stores

__all__ = ["viewer_app"]

STATIC = files("tissuegan.web") / "static"
PAGES = {
    "base.css": "text/css",
    "viewer.css": "text/css",
    "viewer.js": "text/javascript",
    "pane.js": "text/javascript",
    "tiles.js": "text/javascript",
}
FARTHEST = 1 << 50
MOST_SIDE = 2048
MOST_CHUNKS = 512
WINDOW = "{y}/{x}/{height}/{width}"
MAX_SEED = 2**53 - 1

Handler = Callable[[Request], Awaitable[Response]]


def viewer_app(
    opened: Callable[[], Sequence[Any]],
    limits: Limits | None = None,
    hosts: tuple[str, ...] | None = LOOPBACK,
    renders: Renders | None = None,
) -> ASGIApp:
    """The app that shows exhibits.

    Args:
        opened: opens the exhibits (:class:`tissuegan.web.exhibits.Exhibit`); it is called once,
            in the thread that renders, while the page is already being served.
        limits: of size and rate of requests.
        hosts: names under which it may be asked for; None for any.
        renders: the queue; a bounded one where left out.
    """
    viewer = Viewer(opened, renders or Renders())
    return secured(Starlette(routes=viewer.routes()), limits, hosts)


class Viewer:
    """The handlers of the viewer's requests."""

    def __init__(self, opened: Callable[[], Sequence[Any]], renders: Renders) -> None:
        self.opened, self.renders = opened, renders
        self._gallery = renders.begin(self._open)
        self.stores, self.chunks = Stores(), Renders(MOST_CHUNKS)

    def routes(self) -> list[Route | Mount]:
        """Every address that is answered."""
        place = "/{number}/{seed}/{edits}"
        stored = Route(f"{place}/{WINDOW}/tissue.ome.zarr/{{key:path}}", told(self.zarr))
        return [
            Route("/", page),
            Route("/favicon.ico", nothing),
            Route("/static/{name}", static),
            Route("/api/exhibits", told(self.exhibits)),
            Route("/api/exhibits/{number}/edits", told(self.register), methods=["POST"]),
            Route(f"/api/cell{place}/{{y}}/{{x}}", told(self.cell)),
            Route(f"/tiles{place}/{{level}}/{{row}}/{{column}}", told(self.tile)),
            Route(f"/save{place}/{{kind}}", told(self.save)),
            Mount("/zarr", routes=[stored], middleware=[READERS]),
        ]

    def _open(self) -> Any:
        from tissuegan.web.exhibits import Gallery

        return Gallery(self.opened())

    async def gallery(self) -> Any:
        """The exhibits, as soon as they are open."""
        return await asyncio.shield(asyncio.wrap_future(self._gallery))

    async def exhibits(self, _request: Request) -> Response:
        """All exhibits with their facts."""
        gallery = await self.gallery()
        facts = [gallery.facts(k) for k in range(len(gallery.exhibits))]
        return JSONResponse({"exhibits": facts})

    async def register(self, request: Request) -> Response:
        """Takes a script of edits in; the answer names it."""
        gallery = await self.gallery()
        number = whole(request, "number", 0, 10**6)
        try:
            text = (await request.body()).decode()
        except UnicodeDecodeError:
            raise HTTPException(422, "The edits are not UTF-8 text.") from None
        classes = gallery.source(number, 0).classes
        digest = await self.renders.call(partial(gallery.register, text, classes))
        return JSONResponse({"edits": digest})

    async def tile(self, request: Request) -> Response:
        """One tile of the map; with ``?sketch`` a quick likeness of it, where there is one."""
        from tissuegan.web.exhibits import levels
        from tissuegan.web.maptiles import SIDE, encoded

        source, key = await self.source(request)
        level = whole(request, "level", 0, levels(source.bounds) - 1)
        far = FARTHEST // (SIDE << level)
        row, column = whole(request, "row", -far, far), whole(request, "column", -far, far)
        rough = "sketch" in request.query_params
        if rough:
            source = (await self.gallery()).sketch(*key)
        made = partial(encoded, source, level, row, column)
        body = await waited(request, self.renders.get((key, level, row, column, rough), made))
        headers = {"content-encoding": "gzip", "cache-control": "no-store"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    async def cell(self, request: Request) -> Response:
        """The cell at a pixel."""
        from tissuegan.web.picking import picked

        source, _ = await self.source(request)
        y, x = (whole(request, name, -FARTHEST, FARTHEST) for name in "yx")
        found = await self.renders.call(partial(picked, source, y, x))
        return JSONResponse(found)

    async def save(self, request: Request) -> Response:
        """A window to take away."""
        from tissuegan.editing import script_json
        from tissuegan.web.saving import ome_tiff, zipped

        source, _ = await self.source(request)
        gallery = await self.gallery()
        kind = request.path_params["kind"]
        if kind not in ("tissue.zip", "tissue.ome.tif"):
            raise HTTPException(404, "There is no such format.")
        region = window(request, source.bounds)
        script = script_json(gallery.script(request.path_params["edits"]))
        make = partial(zipped if kind == "tissue.zip" else ome_tiff, source, region, script)
        body = await self.renders.call(make)
        headers = {"content-disposition": f'attachment; filename="{kind}"'}
        return Response(body, media_type="application/octet-stream", headers=headers)

    async def zarr(self, request: Request) -> Response:
        """A file of the OME-Zarr of a window, by a thread of its own: it may take long."""
        from tissuegan.io.http import answer

        source, key = await self.source(request)
        most = max(MOST_STORED, *(source.bounds.shape if source.bounds else (0,)))
        region = window(request, source.bounds, most)
        store = await asyncio.to_thread(self.stores.of, (key, region), source, region)
        response: Response = await self.chunks.call(partial(answer, store, request))
        return response

    async def source(self, request: Request) -> tuple[Any, tuple[int, int, str]]:
        """The source that a request names, and the name."""
        number, seed = whole(request, "number", 0, 10**6), whole(request, "seed", 0, MAX_SEED)
        key = (number, seed, str(request.path_params["edits"]))
        gallery = await self.gallery()
        gallery.exhibit(number)
        gallery.script(key[2])
        return await asyncio.to_thread(partial(gallery.source, *key)), key


def told(handler: Handler) -> Handler:
    """Turns what may go wrong into a status and a sentence."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except FullError:
            headers = {"retry-after": "1"}
            return JSONResponse({"detail": "Too much is waiting."}, 503, headers)
        except KeyError:
            return JSONResponse({"detail": "There is no such exhibit or script of edits."}, 404)
        except (UserError, ValueError) as error:
            return JSONResponse({"detail": str(error)}, 422)
        except HTTPException as error:
            return JSONResponse({"detail": error.detail}, error.status_code)
        except asyncio.CancelledError:
            return Response(status_code=499)
        except Exception:
            logging.getLogger(__name__).exception("%s failed", request.url.path)
            return JSONResponse({"detail": "That failed; the server's log says why."}, 500)

    return guarded


async def waited(request: Request, work: Awaitable[bytes]) -> bytes:
    """What is being worked on, or CancelledError where nobody waits for it any longer."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        return await task
    finally:
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def whole(request: Request, name: str, low: int, high: int) -> int:
    """A whole number of the address within limits; 422 otherwise."""
    text = str(request.path_params.get(name, request.query_params.get(name, "")))
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 20):
        raise HTTPException(422, f"'{name}' is not a whole number.")
    if not low <= int(text) <= high:
        raise HTTPException(422, f"'{name}' goes from {low} to {high}.")
    return int(text)


def window(request: Request, bounds: Region | None, most: int = MOST_SIDE) -> Region:
    """The window that is asked for, cut at the bounds; 422 where nothing is left of it."""
    y, x = (whole(request, name, -FARTHEST, FARTHEST) for name in "yx")
    height, width = (whole(request, name, 1, most) for name in ("height", "width"))
    asked = Region(y, x, height, width)
    inside = asked if bounds is None else asked.intersect(bounds)
    if inside is None:
        raise HTTPException(422, "There is nothing in that window.")
    return inside


async def page(_request: Request) -> Response:
    """The one page."""
    return Response((STATIC / "viewer.html").read_bytes(), media_type="text/html")


async def nothing(_request: Request) -> Response:
    """No icon."""
    return Response(status_code=204)


async def static(request: Request) -> Response:
    """One of the files of the page, by a table: no path is made from what is asked for."""
    name = str(request.path_params["name"])
    if name not in PAGES:
        return JSONResponse({"detail": "There is no such file."}, 404)
    headers = {"cache-control": "no-cache"}
    return Response((STATIC / name).read_bytes(), media_type=PAGES[name], headers=headers)
