"""What a command loads before it does anything: much of the time until something is seen."""

from __future__ import annotations

import subprocess
import sys

import pytest

OPENING = """
from tissuegan.region import Region
from tissuegan.web.maptiles import encoded
from tissuegan.web.opening import open_exhibits
(exhibit,) = open_exhibits(["vnc-sgan"])
encoded(exhibit.at(0), 0, 0, 0)
"""
CASES = [
    (OPENING, {"scipy", "skimage", "pandas", "zarr", "tifffile", "PIL", "torch._dynamo"}),
    ("import tissuegan.io.generate", {"scipy", "skimage", "pandas", "tifffile", "distributed"}),
    ("import tissuegan.web.viewer, tissuegan.web.serving", {"torch", "scipy", "pydantic"}),
]


@pytest.mark.parametrize(("code", "heavy"), CASES, ids=["viewer opens", "generate", "serving"])
def test_what_is_not_needed_is_not_loaded(code: str, heavy: set[str]) -> None:
    told = f"{code}\nimport sys; print(*({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
