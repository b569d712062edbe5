"""Writes the tests' picture at a URL, by one process or two: to be killed."""

from __future__ import annotations

import sys

from tests.io.scenes import CORNER, SIDES, Plane
from tissuegan.io.window import Workers, write_window
from tissuegan.region import Region

FIELD = Region(*CORNER, 200, 200)

if __name__ == "__main__":
    url, workers = sys.argv[1], Workers(int(sys.argv[2]))
    for _ in write_window(Plane(), url, FIELD, workers=workers, sides=SIDES):
        print("step", flush=True)  # noqa: T201
