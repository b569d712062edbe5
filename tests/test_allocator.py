from __future__ import annotations

import platform
import subprocess
import sys

import pytest

MIB = 1 << 20
HELD = """
import sys
from pathlib import Path
import numpy as np
from tissuegan.allocator import give_back, keep_freed_memory
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
if sys.argv[1] == "kept":
    keep_freed_memory()
before = held()
np.ones(1 << 23)
if sys.argv[-1] == "back":
    give_back()
print(held() - before)
"""


def held(*how: str) -> int:
    """Bytes more that a process holds after it has freed an array of 64 MiB."""
    command = [sys.executable, "-c", HELD, *how]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is for glibc's allocator alone")
def test_freed_memory_is_kept_instead_of_being_given_back() -> None:
    assert held("returned") < 16 * MIB
    assert held("kept") > 48 * MIB


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is for glibc's allocator alone")
def test_kept_memory_goes_back_when_asked() -> None:
    assert held("kept", "back") < 16 * MIB
