"""Serving an ASGI app from this process."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from tissuegan.errors import UserError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["address", "listening", "serve"]

_BACKLOG = 1024
_MOST_CONNECTIONS = 900  # of the 1024 files that a process may usually have open


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; with port 0 on any free port.

    Raises:
        UserError: the host is unknown, or the port is taken or not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, place = found[0]
        return socket.create_server(place[:2], family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(
            f"Nothing can be served at {host}, port {port} ({reason}); choose others with --host "
            "and --port, or --port 0 for any free port."
        ) from None


def address(listener: socket.socket) -> str:
    """``http://HOST:PORT`` of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serves until the process is interrupted or terminated.

    Requests are not logged: their addresses may hold secrets.
    """
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])
