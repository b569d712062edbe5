from __future__ import annotations

import subprocess
import sys

import pytest

from tissuegan.cli import main
from tissuegan.version import __version__

VERBS = (
    "",
    "generate",
    "train",
    "render",
    "segment",
    "evaluate",
    "reproduce",
    "edit",
    "view",
    "complete",
    "data",
    "data fetch",
    "data phantom",
    "data check",
    "models",
    "models list",
    "models info",
    "study",
    "study serve",
    "study results",
)


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example_of_the_verb(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*verb.split(), "--help"]) == 0
    help_text = capsys.readouterr().out
    assert "Example" in help_text
    assert f"\n    tissuegan {verb}".rstrip() in help_text


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tissuegan {__version__}\n"


def test_the_package_can_be_run_as_a_module() -> None:
    words = [sys.executable, "-m", "tissuegan", "nothing"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "No such command 'nothing'; see 'tissuegan --help'.\n"
