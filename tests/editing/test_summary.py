from __future__ import annotations

import numpy as np
import pytest

from tests.editing.drawing import CLASSES, SIDE, bar, both, ring
from tissuegan.editing.summary import closedness, summary
from tissuegan.region import Region
from tissuegan.tissue import Tissue


def test_a_ring_is_closed_and_an_arc_is_not() -> None:
    assert closedness(ring(), 9) == (1.0, 0)
    assert closedness(ring(gap=20), 9) == (0.0, 2)


def test_a_spur_is_the_share_of_the_lines_that_is_open() -> None:
    share, ends = closedness(ring() | bar(58, 60, 5, 40), 9)
    assert ends == 1
    assert share == pytest.approx(2 * np.pi * 40 / (2 * np.pi * 40 + 40), abs=0.06)


def test_lines_that_leave_the_window_are_closed_and_without_lines_there_is_no_share() -> None:
    assert closedness(bar(50, 0, 5, SIDE), 9) == (1.0, 0)
    assert closedness(np.zeros((SIDE, SIDE), bool), 9) == (None, 0)


def test_a_summary_counts_and_tells_before_and_after() -> None:
    def told(masks: np.ndarray) -> Tissue:
        return Tissue(masks, None, CLASSES, 6.0, Region(0, 0, SIDE, SIDE))

    before = summary(told(both(ring(gap=20), bar(60, 60, 5, 5))))
    after = summary(told(both(ring())))
    assert before.counts == {"enclosed areas": 1, "blob, objects": 1}
    assert before.lines(after) == [
        "outlines that are closed: 0.0% -> 100.0%",
        "open ends: 2 -> 0",
        "enclosed areas: 1 -> 2",
        "blob, objects: 1 -> 0",
    ]
