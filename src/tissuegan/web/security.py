"""What every page is wrapped in: headers, hosts, limits of size and of rate.

Each guard is a function from an ASGI app to an ASGI app; :func:`secured` puts all of them on. What
a guard refuses gets a 4xx with one sentence of JSON and never reaches the app.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LOOPBACK", "Limits", "is_loopback", "refuse", "secured"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""What a browser on the same machine calls it."""

SAFE = ("GET", "HEAD", "OPTIONS")

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
"""Added to every answer that does not set them itself: nothing from elsewhere, nothing inline."""


@dataclass(frozen=True)
class Limits:
    """How much one client may ask for.

    Attributes:
        body: bytes of a request's body; beyond it the answer is 413.
        rate: requests a second, in the long run; beyond it the answer is 429.
        burst: requests at once.
        clients: addresses whose requests are counted; the longest silent ones are forgotten.
    """

    body: int = 1 << 20
    rate: float = 500.0
    burst: int = 4000
    clients: int = 1024


def secured(
    app: ASGIApp, limits: Limits | None = None, hosts: tuple[str, ...] | None = LOOPBACK
) -> ASGIApp:
    """The app behind all guards.

    Args:
        app: an ASGI app.
        limits: of size and rate.
        hosts: the names under which it may be asked for, so that no other site's name can be
            pointed at this machine (DNS rebinding); None for any.
    """
    limits = limits or Limits()
    guarded = _sized(_own_pages_only(app), limits.body)
    if hosts is not None:
        guarded = _named(guarded, hosts)
    return _headed(_rated(guarded, limits))


def is_loopback(host: str) -> bool:
    """Whether only programs on the same machine reach a server bound to this address."""
    return host in LOOPBACK or host.startswith("127.")


async def refuse(
    send: Send, status: int, sentence: str, extra: Mapping[str, str] | None = None
) -> None:
    """Answers with a status and ``{"detail": sentence}``."""
    body = json.dumps({"detail": sentence}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **(extra or {}),
    }
    encoded = [(k.encode(), v.encode()) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def _header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), "")


def _headed(app: ASGIApp) -> ASGIApp:
    """Adds :data:`HEADERS` where the app has not set them."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message.get("headers", ())}
                new = [
                    (k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there
                ]
                message = {**message, "headers": [*message.get("headers", ()), *new]}
            await send(message)

        await app(scope, receive, with_headers)

    return _http_only(guarded, app)


def _http_only(guarded: ASGIApp, app: ASGIApp) -> ASGIApp:
    """Lifespan goes past the guards; there are no web sockets here."""

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await (guarded if scope["type"] == "http" else app)(scope, receive, send)

    return chosen


def _named(app: ASGIApp, hosts: tuple[str, ...]) -> ASGIApp:
    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if _hostname(_header(scope, b"host")) not in hosts:
            await refuse(send, 400, "This server is not called that; use the address it printed.")
            return
        await app(scope, receive, send)

    return _http_only(guarded, app)


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _own_pages_only(app: ASGIApp) -> ASGIApp:
    """Refuses what changes something and comes from another site's page."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        origin, host = _header(scope, b"origin"), _header(scope, b"host")
        foreign = bool(origin) and _netloc(origin) != host
        if scope["method"] not in SAFE and foreign:
            await refuse(send, 403, "Only this server's own pages may send that.")
            return
        await app(scope, receive, send)

    return _http_only(guarded, app)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _sized(app: ASGIApp, most: int) -> ASGIApp:
    """Reads the whole body first, and no more than ``most`` bytes of it."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(scope, receive, most)
        if body is None:
            extra = {"connection": "close"}
            await refuse(send, 413, f"A request has at most {most} bytes here.", extra)
            return
        await app(scope, _replay(body, receive), send)

    return _http_only(guarded, app)


async def _body(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """The body, or None where it is too long."""
    length = _header(scope, b"content-length")
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        return None
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # gone away meanwhile
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


@dataclass
class _Buckets:
    """Token buckets by client address: full at ``burst``, refilled at ``rate`` a second."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, client: str) -> bool:
        """Whether one more request may pass."""
        now = self.clock()
        level, then = self.levels.pop(client, (float(self.limits.burst), now))
        level = min(self.limits.burst, level + (now - then) * self.limits.rate)
        self.levels[client] = (level - (level >= 1), now)
        while len(self.levels) > self.limits.clients:
            self.levels.popitem(last=False)
        return level >= 1


def _rated(app: ASGIApp, limits: Limits) -> ASGIApp:
    buckets = _Buckets(limits)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if not buckets.take((scope.get("client") or ("",))[0]):
            await refuse(send, 429, "Too many requests at once; wait.", {"retry-after": "1"})
            return
        await app(scope, receive, send)

    return _http_only(guarded, app)
