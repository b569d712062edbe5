from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.mistakes import Told
from tissuegan.cli import main


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Told:
    def run(*words: str) -> str:
        capfd.readouterr()
        assert main(words) == 2
        output = capfd.readouterr()
        assert output.err.count("\n") == 1
        assert "Traceback" not in output.err
        return output.err

    return run


@pytest.fixture(scope="session")
def run_folder(phantom_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few steps: its model is of no use, and all of its files are there."""
    out = tmp_path_factory.mktemp("runs") / "smoke"
    words = ["train", "sgan", "--data", str(phantom_folder), "--out", str(out)]
    assert main([*words, "--set", "smoke=true"]) == 0
    return out
