from __future__ import annotations

import subprocess
import sys

import pytest

import tissuegan


def test_every_public_name_is_there() -> None:
    for name in tissuegan.__all__:
        assert getattr(tissuegan, name) is not None
        assert name in dir(tissuegan)


def test_other_names_are_missing_as_python_says_it() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tissuegan.nothing


def test_models_are_loaded_and_canvases_spread_without_further_imports() -> None:
    code = "import tissuegan as tg; assert callable(tg.load) and callable(tg.Canvas)"
    subprocess.run([sys.executable, "-c", code], check=True)
