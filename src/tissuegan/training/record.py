"""What a run leaves for people to look at: metrics.csv, TensorBoard events, sheets of samples."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from tissuegan.models.card import replace_file

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class Record:
    """Losses by step, in ``metrics.csv`` and, where it is installed, for TensorBoard.

    Args:
        folder: the run folder.
        step: the step from which the run goes on; rows beyond it are dropped.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self.path = folder / "metrics.csv"
        _keep_rows_up_to(self.path, step)
        self.board = _board(folder, step)

    def add(self, step: int, losses: Mapping[str, float]) -> None:
        """Appends one row."""
        new = not self.path.exists()
        with self.path.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            if new:
                writer.writerow(["step", *losses])
            writer.writerow([step, *(f"{value:.6g}" for value in losses.values())])
        if self.board is not None:
            for name, value in losses.items():
                self.board.add_scalar(name, value, step)

    def close(self) -> None:
        """Flushes what TensorBoard has not written yet."""
        if self.board is not None:
            self.board.close()


def _keep_rows_up_to(path: Path, step: int) -> None:
    """Drops rows that a killed run wrote after its last checkpoint."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    rows = [row for row in lines[1:] if row.endswith("\n") and int(row.split(",")[0]) <= step]
    if rows:
        replace_file(path, "".join([lines[0], *rows]).encode())
    else:
        path.unlink(missing_ok=True)


def _board(folder: Path, step: int) -> SummaryWriter | None:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    place = str(folder / "tensorboard")
    return SummaryWriter(place, purge_step=step + 1)


def write_sheet(path: Path, rows: Sequence[Tensor]) -> None:
    """Writes rows of pictures (B, 3, H, W) in [0, 1] as one PNG."""
    path.parent.mkdir(exist_ok=True)
    stream = BytesIO()
    Image.fromarray(sheet_picture(rows)).save(stream, "PNG")
    replace_file(path, stream.getvalue())


def sheet_picture(rows: Sequence[Tensor]) -> NDArray[np.uint8]:
    """Rows of pictures (B, 3, H, W) in [0, 1] as one uint8 picture (H', W', 3)."""
    width = max(row.shape[0] * (row.shape[-1] + 4) for row in rows)
    lines = []
    for row in rows:
        line = torch.cat([F.pad(picture, (0, 4, 0, 4), value=1.0) for picture in row], dim=-1)
        lines.append(F.pad(line, (0, width - line.shape[-1]), value=1.0))
    sheet = torch.cat(lines, dim=-2).permute(1, 2, 0)
    picture: NDArray[np.uint8] = (sheet * 255).round().to(torch.uint8).numpy()
    return picture
