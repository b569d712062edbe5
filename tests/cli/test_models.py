from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.models import shipped


def test_every_shipped_model_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(shipped())


def test_the_facts_of_a_model_are_told(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["models", "info", str(run_folder)]) == 0
    told = capsys.readouterr().out
    assert "membrane, mitochondrion" in told
    assert "4.6 nm" in told


def test_an_unknown_model_is_one_sentence(told: Told) -> None:
    assert "nothing" in told("models", "info", "nothing")


def test_the_licence_of_a_shipped_model_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "info", "vnc-sgan"]) == 0
    assert "CC BY-NC-SA 3.0" in capsys.readouterr().out
