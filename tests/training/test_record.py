from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tissuegan.training.record import Record, sheet_picture, write_sheet

UNDISTURBED = b"step,a,b\n1,0.5,-1\n2,1.5,-2\n3,2.5,-3\n4,3.5,-4\n"


def recorded(folder: Path, after: int, steps: range) -> bytes:
    """What metrics.csv holds after going on from a step and recording some."""
    record = Record(folder, after)
    for step in steps:
        record.add(step, {"a": step - 0.5, "b": -float(step)})
    record.close()
    return (folder / "metrics.csv").read_bytes()


def test_losses_are_rows_below_their_names(tmp_path: Path) -> None:
    assert recorded(tmp_path, 0, range(1, 5)) == UNDISTURBED


def test_a_row_is_on_disk_as_soon_as_it_is_added(tmp_path: Path) -> None:
    Record(tmp_path, 0).add(1, {"a": 1 / 3})
    assert (tmp_path / "metrics.csv").read_text() == "step,a\n1,0.333333\n"


@pytest.mark.parametrize("checkpoint", [0, 1, 2, 4])
@pytest.mark.parametrize("cut", [0, 3, 9, 16, 20, len(UNDISTURBED)])
def test_a_killed_record_goes_on_as_if_undisturbed(
    checkpoint: int, cut: int, tmp_path: Path
) -> None:
    """The kill came at any byte, and the last checkpoint before it is of any step."""
    rows_written = UNDISTURBED[:cut].count(b"\n") - 1
    (tmp_path / "metrics.csv").write_bytes(UNDISTURBED[:cut])
    checkpoint = max(0, min(checkpoint, rows_written))
    assert recorded(tmp_path, checkpoint, range(checkpoint + 1, 5)) == UNDISTURBED


def test_rows_with_other_line_ends_are_kept(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_bytes(UNDISTURBED[:25].replace(b"\n", b"\r\n"))
    assert recorded(tmp_path, 1, range(2, 5)) == UNDISTURBED


def test_losses_are_recorded_where_there_is_no_tensorboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert recorded(tmp_path, 0, range(1, 5)) == UNDISTURBED
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.csv"]


def test_events_are_written_where_there_is_one(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    recorded(tmp_path, 0, range(1, 3))
    assert list((tmp_path / "tensorboard").iterdir())


def test_a_sheet_puts_rows_below_each_other_with_white_between() -> None:
    wide, narrow = torch.zeros(2, 3, 2, 3), torch.full((1, 3, 1, 1), 0.5)
    picture = sheet_picture([wide, narrow])
    assert picture.shape == (2 + 4 + 1 + 4, 2 * (3 + 4), 3)
    assert not picture[:2, :3].any()
    assert not picture[:2, 7:10].any()
    assert picture[6, 0].tolist() == [128] * 3
    black, dim = (int((picture[..., 0] == value).sum()) for value in (0, 128))
    assert (black, dim) == (2 * 2 * 3, 1)
    assert int((picture[..., 0] == 255).sum()) == 11 * 14 - black - dim


def test_a_sheet_is_a_picture_file(tmp_path: Path) -> None:
    path, row = tmp_path / "samples" / "000001.png", torch.rand(2, 3, 5, 6)
    write_sheet(path, [row])
    assert np.array_equal(np.array(Image.open(path)), sheet_picture([row]))
    assert [p.name for p in path.parent.iterdir()] == ["000001.png"]
