from __future__ import annotations

import pytest
import torch

from tests.training.conftest import Trainers
from tissuegan.training.run import precision


def test_a_precision_that_was_asked_for_is_taken() -> None:
    assert precision("bf16-mixed", "cpu") == "bf16-mixed"
    assert precision("32-true", "cpu") == "32-true"


def test_bf16_is_not_emulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "avx512_bf16": False})
    assert precision("auto", "cpu") == "32-true"


def test_bf16_is_used_where_the_processor_computes_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    assert precision("auto", "cpu") == "bf16-mixed"


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
