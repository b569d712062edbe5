from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from tests.training.conftest import Trainers
from tissuegan.training import arithmetic
from tissuegan.training.arithmetic import begun_in, keep, precision


def test_a_precision_that_was_asked_for_is_taken() -> None:
    assert precision("bf16-mixed", "cpu") == "bf16-mixed"
    assert precision("32-true", "cpu") == "32-true"


def test_bf16_is_not_emulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "avx512_bf16": False})
    assert precision("auto", "cpu") == "32-true"


@pytest.mark.parametrize(("gain", "expected"), [(1.9, "bf16-mixed"), (0.6, "32-true")])
def test_a_processor_with_bf16_uses_it_where_it_is_faster_so(
    monkeypatch: pytest.MonkeyPatch, gain: float, expected: str
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    monkeypatch.setattr(arithmetic, "gain", lambda: gain)
    assert precision("auto", "cpu") == expected


def test_a_run_goes_on_in_the_arithmetic_that_it_began_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    monkeypatch.setattr(arithmetic, "gain", lambda: 1.9)
    assert precision("auto", "cpu", "32-true") == "32-true"
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": False})
    assert precision("auto", "cpu", "bf16-mixed") == "32-true"


def test_a_run_that_goes_on_on_a_gpu_stays_in_its_arithmetic_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    assert precision("auto", "cuda") == "bf16-mixed"
    assert precision("auto", "auto", "32-true") == "32-true"
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    assert precision("auto", "cuda", "bf16-mixed") == "32-true"


def test_what_a_run_began_in_is_written_down(tmp_path: Path) -> None:
    assert begun_in(tmp_path) is None
    (tmp_path / "checkpoint").mkdir()
    keep(tmp_path, "bf16-mixed")
    assert begun_in(tmp_path) == "bf16-mixed"
    (tmp_path / "checkpoint" / "precision.txt").write_text("64-true")
    assert begun_in(tmp_path) is None


@pytest.fixture
def untimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No gain is known yet, and none that a test measures is known to others."""
    monkeypatch.setenv(arithmetic.TOLD, "")
    monkeypatch.delenv(arithmetic.TOLD)


@pytest.mark.usefixtures("untimed")
def test_the_gain_of_bf16_is_measured_and_told_to_the_processes_of_a_run() -> None:
    measured = arithmetic.gain()
    assert 0 < measured < 100
    assert os.environ[arithmetic.TOLD] == str(measured)
    assert arithmetic.gain() == measured


@pytest.mark.usefixtures("untimed")
def test_a_process_of_a_run_takes_the_gain_that_it_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(arithmetic.TOLD, "1.25")
    assert arithmetic.gain() == 1.25


@pytest.mark.parametrize(
    ("arithmetic", "expected"),
    [("32-true", torch.contiguous_format), ("bf16-mixed", torch.channels_last)],
)
def test_tensors_lie_as_the_arithmetic_is_fastest(
    trainers: Trainers, arithmetic: str, expected: torch.memory_format
) -> None:
    trainer = trainers(precision=arithmetic)
    assert trainer.layout == expected
    assert trainer.batch(0).masks.is_contiguous(memory_format=expected)
