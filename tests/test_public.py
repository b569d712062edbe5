from __future__ import annotations

import os
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


def test_products_of_matrices_round_alike_in_every_run() -> None:
    asked = "import os, tissuegan; print(os.environ['MKL_CBWR'])"
    command = [sys.executable, "-c", asked]
    kept = {name: value for name, value in os.environ.items() if name != "MKL_CBWR"}
    for given, expected in (({}, "AUTO"), ({"MKL_CBWR": "COMPATIBLE"}, "COMPATIBLE")):
        told = subprocess.run(command, env=kept | given, capture_output=True, text=True, check=True)
        assert told.stdout.strip() == expected
