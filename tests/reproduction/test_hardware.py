from __future__ import annotations

import os
from pathlib import Path

from tissuegan.reproduction.extras import of_cost
from tissuegan.reproduction.hardware import _by_samples


def test_hours_that_were_not_recorded_are_judged_by_the_samples(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    for step, seconds in ((100, 1000), (200, 1060), (400, 1180)):
        sheet = tmp_path / "samples" / f"{step:06d}.png"
        sheet.touch()
        os.utime(sheet, (seconds, seconds))
    assert _by_samples(tmp_path) == 240
    assert _by_samples(tmp_path / "nothing") is None


def test_the_table_says_which_hours_are_recorded() -> None:
    common = {"recipe": "labels", "steps": 9, "batch": 1, "crop": 64, "begins": {}, "parameters": 5}
    known = {**common, "seconds": 3600.0, "about_seconds": None, "hardware": ["a CPU, torch 2"]}
    about = {**common, "seconds": None, "about_seconds": 1800.0, "hardware": []}
    table = of_cost({"systems": {"one": known, "other": about}})
    assert [row[7] for row in table.rows] == ["1.00", "≈ 0.50"]
