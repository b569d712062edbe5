"""What labels are like before and after edits: how closed the outlines are, how many objects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from tissuegan.editing.lines import THICKEST_NM
from tissuegan.editing.skeleton import Mask, centre_lines, line_ends, without_branches
from tissuegan.tissue import Tissue


@dataclass(frozen=True)
class Summary:
    """Of one window; its first class is taken for the outlines, the others for bodies.

    Attributes:
        closed: share of the outlines' centre lines that are part of a closed outline, 0 to 1;
            lines that leave the window count as closed. Missing where there are no lines.
        ends: open ends of the outlines' centre lines.
        counts: 4-connected components by name: ``enclosed`` of what is no outline, and those of
            each other class.
    """

    closed: float | None
    ends: int
    counts: dict[str, int]

    def lines(self, after: Summary) -> list[str]:
        """This summary beside a later one, in words, a line each."""
        shares = [f"{s.closed:.1%}" if s.closed is not None else "-" for s in (self, after)]
        rows = [
            f"outlines that are closed: {shares[0]} -> {shares[1]}",
            f"open ends: {self.ends} -> {after.ends}",
        ]
        return rows + [f"{k}: {n} -> {after.counts[k]}" for k, n in self.counts.items()]


def summary(tissue: Tissue) -> Summary:
    """The summary of a tissue's labels."""
    half = max(1, round(THICKEST_NM / tissue.pixel_size_nm))
    outline, *bodies = tissue.masks
    counts = {"enclosed areas": _count(~outline)}
    for name, mask in zip(tissue.classes.names[1:], bodies, strict=True):
        counts[f"{name}, objects"] = _count(mask)
    return Summary(*closedness(outline, half), counts)


def closedness(mask: Mask, half_thickness: int) -> tuple[float | None, int]:
    """Share of the centre lines that is closed, and open ends; spurs of noise are not counted."""
    framed = np.pad(mask, 1, constant_values=True)
    lines = centre_lines(framed, half_thickness)
    lines[[0, -1]] = lines[:, [0, -1]] = True
    lines = without_branches(lines, half_thickness)
    ends = int(line_ends(lines).sum())
    inner = np.s_[1:-1, 1:-1]
    length = int(lines[inner].sum())
    closed = int(without_branches(lines, lines.size)[inner].sum())
    return (closed / length if length else None), ends


def _count(mask: Mask) -> int:
    return int(ndimage.label(mask)[1])
