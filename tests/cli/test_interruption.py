from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """An interruption reaches a child also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def begun(run: Path, process: subprocess.Popen[str]) -> bool:
    """Whether a training has written something; waits for that."""
    for _ in range(600):
        if process.poll() is not None or (run / "checkpoint").exists():
            break
        time.sleep(0.1)
    return process.poll() is None


def test_an_interrupted_training_ends_with_status_130_and_no_traceback(
    phantom_folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    words = ["train", "sgan", "--data", str(phantom_folder), "--out", str(run)]
    long = ["--set", "smoke=true", "--set", "checkpoint_every=1", "--steps", "100000"]
    with subprocess.Popen(
        [sys.executable, "-m", "tissuegan", *words, *long], stderr=subprocess.PIPE, text=True
    ) as process:
        assert begun(run, process)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert told.splitlines()[-1].startswith("Interrupted")


WITHIN_EXEC = """
from tissuegan.cli import entry, status
entry.main = lambda: status.guarded(lambda: exec("raise KeyboardInterrupt"))
entry.run()
"""


def test_an_interruption_in_the_making_of_a_class_ends_with_status_130_too(tmp_path: Path) -> None:
    (tmp_path / "within_exec.py").write_text(WITHIN_EXEC, encoding="utf-8")
    command = [sys.executable, "-m", "within_exec"]
    ended = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.split(";")[0]) == (130, "Interrupted")
