from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from tissuegan.errors import UserError
from tissuegan.training import checkpoint

CPU = torch.device("cpu")


def test_a_state_comes_back(tmp_path: Path) -> None:
    state = {"step": 3, "model": {"a": torch.arange(4.0)}, "deep": {"list": [1, torch.ones(2)]}}
    checkpoint.save(tmp_path / "checkpoint", state)
    back = checkpoint.load(tmp_path / "checkpoint", CPU)
    assert back is not None
    assert back["step"] == 3
    assert torch.equal(back["model"]["a"], torch.arange(4.0))
    assert torch.equal(back["deep"]["list"][1], torch.ones(2))


def test_where_there_is_no_checkpoint_there_is_no_state(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path, CPU) is None
    assert checkpoint.load(tmp_path / "nowhere", CPU) is None


def test_a_crash_while_writing_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint.save(tmp_path, {"step": 1})

    def crash(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(tmp_path, {"step": 2})
    monkeypatch.undo()
    assert checkpoint.load(tmp_path, CPU) == {"step": 1}
    checkpoint.save(tmp_path, {"step": 2})
    assert checkpoint.load(tmp_path, CPU) == {"step": 2}
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.NAME]


@pytest.mark.parametrize("keep", [0, 10, -20])
def test_a_checkpoint_that_cannot_be_read_is_told(keep: int, tmp_path: Path) -> None:
    checkpoint.save(tmp_path, {"step": 1, "values": torch.ones(100)})
    path = tmp_path / checkpoint.NAME
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(UserError, match="cannot be read; delete it"):
        checkpoint.load(tmp_path, CPU)


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    torch.save({"step": Path("/")}, tmp_path / checkpoint.NAME)
    with pytest.raises(UserError, match="cannot be read"):
        checkpoint.load(tmp_path, CPU)
