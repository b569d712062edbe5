from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
import pytest
import uvicorn
from starlette.types import ASGIApp

from tests.editing.drawing import CLASSES, Blocks
from tissuegan.region import Region
from tissuegan.tissue import Tissue
from tissuegan.web.exhibits import Exhibit
from tissuegan.web.serving import address, listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """The address of an app that is served to this machine meanwhile."""
    with listening("127.0.0.1", 0) as listener:
        config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield address(listener)
        server.should_exit = True
        thread.join(20)


class Grid:
    """Endless square cells of 200 pixels with walls of 10, each with a grey of its own."""

    classes, pixel_size_nm = CLASSES, 5.0
    bounds: Region | None = None

    def __getitem__(self, region: Region, /) -> Tissue:
        y = np.arange(region.y0, region.y1)[:, None]
        x = np.arange(region.x0, region.x1)[None, :]
        wall = (y % 200 < 10) | (x % 200 < 10)
        image = (60 + (y // 200 * 37 + x // 200 * 61) % 150).astype(np.uint8)
        masks = np.stack([wall, np.zeros_like(wall)])
        return Tissue(masks, image, CLASSES, self.pixel_size_nm, region)


@pytest.fixture
def blocks() -> list[Exhibit]:
    """One endless exhibit whose labels are cheap, without images."""
    from tissuegan.editing import Edited

    return [Exhibit("blocks", lambda seed: Blocks(seed + 1), True, Edited)]
