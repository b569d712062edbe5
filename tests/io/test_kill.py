"""Writers that are killed at random moments. TISSUEGAN_KILLS sets how often; it is 2 in a test."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.io.killed import FIELD
from tests.io.scenes import contents, write_now

ROOT = Path(__file__).parent.parent.parent
KILLS = int(os.environ.get("TISSUEGAN_KILLS", "2"))


def killed(url: str, workers: int, after: int, wait: float) -> bool:
    """Kills a writer some steps and seconds after it began; whether it was still at it."""
    words = [sys.executable, "-m", "tests.io.killed", url, str(workers)]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        for _ in range(after):
            process.stdout.readline()
        time.sleep(wait)
        at_it = process.poll() is None
        if at_it:
            os.killpg(process.pid, signal.SIGKILL)
    return at_it


@pytest.mark.parametrize("workers", [1] if "TISSUEGAN_KILLS" not in os.environ else [1, 2])
def test_a_writer_killed_again_and_again_ends_in_the_same_bytes(
    workers: int, tmp_path: Path
) -> None:
    rng, url = random.Random(workers), tmp_path / "a" / "a.ome.zarr"
    kills = [killed(str(url), workers, rng.randint(1, 12), rng.random() / 20) for _ in range(KILLS)]
    assert any(kills)
    write_now(str(url), FIELD)
    write_now(str(tmp_path / "b" / "a.ome.zarr"), FIELD)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
