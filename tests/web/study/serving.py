"""Servers in processes of their own, which start at once: forked from one that has imported all."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# Reads a line of arguments, forks, and answers with the process number of the child.
_FORKING = """
import os, shlex, signal, sys, pathlib
import tissuegan.cli, tissuegan.web.study.app, tissuegan.web.serving, tissuegan.web.study.sources
import uvicorn, uvicorn.protocols.http.h11_impl, uvicorn.loops.auto
tissuegan.web.study.sources.read_real(pathlib.Path(sys.argv[1]), "image")
tissuegan.cli.main(["study", "results", ""])  # what is imported when words are parsed
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    words = shlex.split(line)
    child = os.fork()
    if child == 0:
        out = os.open(words[0], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout.reconfigure(line_buffering=True)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os._exit(tissuegan.cli.main(words[1:]))
    print(child, flush=True)
"""


@dataclass(frozen=True)
class Server:
    """A server that runs: ``kill -9`` its process, ask at its address."""

    process: int
    address: str
    admin: str
    answers: str


class Servers:
    """Starts servers of one study."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.words, self.log = words, folder / "server.log"
        self.answers = words[words.index("--answers") + 1]
        self.parent = subprocess.Popen(
            [sys.executable, "-c", _FORKING, words[words.index("--real") + 1]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self) -> Server:
        """A server that answers."""
        self.log.unlink(missing_ok=True)
        line = " ".join([str(self.log), *self.words, "--port", "0"])
        _open(self.parent.stdin).write(f"{line}\n")
        _open(self.parent.stdin).flush()
        process = int(_open(self.parent.stdout).readline())
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            told = self.log.read_text() if self.log.exists() else ""
            if "admin?token=" in told and told.endswith("\n"):
                admin = told[told.rindex("http") :].strip()
                address = admin.partition("/admin")[0]
                if _answers(address):
                    return Server(process, address, admin, self.answers)
            time.sleep(0.005)
        raise AssertionError(f"the server did not start: {told}")

    def stop(self) -> None:
        """Ends the parent; servers have been killed."""
        _open(self.parent.stdin).close()
        self.parent.wait(10)
        _open(self.parent.stdout).close()


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/static/icon.svg", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


@contextmanager
def servers_of(words: list[str], folder: Path) -> Iterator[Servers]:
    """Starts servers with ``tissuegan`` and these words, while the block lasts."""
    servers = Servers(words, folder)
    try:
        yield servers
    finally:
        servers.stop()
