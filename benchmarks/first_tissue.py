"""Seconds from the start of ``tissuegan view`` to the first tissue in a browser that is open.

python benchmarks/first_tissue.py [RUNS] [SOURCE ...]
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TISSUE = """() => {
  const canvas = document.querySelector("#pane-0 canvas");
  const at = (side) => Math.round(side / 2) - 20; // the first of the tiles around the middle
  const [x, y] = [at(canvas.width), at(canvas.height)];
  return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3] > 0;
}"""


def main(runs: int, sources: Sequence[str]) -> None:
    """Prints a line a run: when the address was there, the page, and tissue in it."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        for _ in range(runs):
            print("  ".join(f"{what} {s:.2f} s" for what, s in once(page, sources)), flush=True)
        browser.close()


def once(page: Any, sources: Sequence[str]) -> list[tuple[str, float]]:
    """What was there after how many seconds."""
    page.goto("about:blank")
    start = time.perf_counter()
    command = [sys.executable, "-m", "tissuegan", "view", "--port", "0", *sources]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = re.search(r"http://\S+", process.stdout.readline())
            assert told is not None
            passed = [("address", time.perf_counter() - start)]
            page.goto(told[0])
            passed.append(("page", time.perf_counter() - start))
            page.wait_for_function(TISSUE, polling="raf")
            return [*passed, ("tissue", time.perf_counter() - start)]
        finally:
            process.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, sys.argv[2:])
