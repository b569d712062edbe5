"""Many viewers at once on this machine: latencies of tiles, and the server's memory.

python benchmarks/viewers.py [VIEWERS] [SECONDS] [SOURCE]
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import httpx
import numpy as np

AROUND = 6  # tiles a side that the viewers walk over


async def viewer(place: str, number: int, until: float, told: list[tuple[int, float]]) -> None:
    """Walks over the map, four tiles at a time, over connections of its own, without TLS."""
    random = Random(number)
    async with httpx.AsyncClient(base_url=place, timeout=120, verify=False) as client:
        y, x = random.randrange(AROUND), random.randrange(AROUND)
        while time.perf_counter() < until:
            tiles = [(y + dy, x + dx) for dy in (0, 1) for dx in (0, 1)]
            await asyncio.gather(*(ask(client, tile, told) for tile in tiles))
            y, x = (max(0, min(AROUND - 2, n + random.choice((-1, 0, 1)))) for n in (y, x))


async def ask(
    client: httpx.AsyncClient, tile: tuple[int, int], told: list[tuple[int, float]]
) -> None:
    """One tile: its status, 0 for a broken connection, and its seconds."""
    start = time.perf_counter()
    try:
        status = (await client.get(f"/tiles/0/0/none/0/{tile[0]}/{tile[1]}")).status_code
    except httpx.TransportError:
        status = 0
    told.append((status, time.perf_counter() - start))


async def look(place: str, viewers: int, seconds: float) -> list[tuple[int, float]]:
    """Status and seconds of every request of all viewers."""
    told: list[tuple[int, float]] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(viewer(place, number, until, told) for number in range(viewers)))
    return told


def memory(process: int) -> dict[str, int]:
    """Resident memory of a process now and at most, in megabytes."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.findall(r"Vm(RSS|HWM):\s+(\d+) kB", text)
    return {name: int(kilobytes) >> 10 for name, kilobytes in found}


def main(viewers: int, seconds: float, source: str) -> None:
    command = [sys.executable, "-m", "tissuegan", "view", "--port", "0", source]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.search(r"http://[^/]+", process.stdout.readline())
            assert address is not None
            httpx.get(f"{address[0]}/tiles/0/0/none/0/0/0", timeout=120)
            print(f"one tile made: {memory(process.pid)} MB")
            told = asyncio.run(look(address[0], viewers, seconds))
            statuses = [status for status, _ in told]
            counts = {status: statuses.count(status) for status in sorted(set(statuses))}
            waited = [1000 * s for _, s in told]
            shares = {q: round(float(np.percentile(waited, q))) for q in (50, 95, 99, 100)}
            print(f"{viewers} viewers, {len(told)} requests, by status {counts}")
            print(f"milliseconds by percentile {shares}; {memory(process.pid)} MB")
        finally:
            process.terminate()


if __name__ == "__main__":
    words = [*sys.argv[1:], *("200", "30", "vnc-sgan")[len(sys.argv) - 1 :]]
    main(int(words[0]), float(words[1]), words[2])
