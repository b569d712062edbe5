from __future__ import annotations

import json

from benchmarks.report import Report, environment


def filled() -> Report:
    report = Report()
    report.add("Generation", size="64x64", n=3, seconds=0.123456)
    report.add("Generation", size="128x128", n=1, seconds=12345.6)
    return report


def test_a_page_says_the_same_to_people_and_to_programs() -> None:
    page = filled().page()
    data = json.loads(page.partition("```json\n")[2].partition("```")[0])
    assert data["Generation"][0] == {"size": "64x64", "n": 3, "seconds": 0.1235}
    assert "| 64x64 | 3 | 0.1235 |" in page
    assert data["environment"]["PyTorch"] in page.partition("```json")[0]


def test_a_table_has_a_row_a_measurement_below_its_columns() -> None:
    lines = filled().tables().splitlines()
    assert lines[0] == "## Generation"
    assert lines[2:] == [
        "| size | n | seconds |",
        "| --- | --- | --- |",
        "| 64x64 | 3 | 0.1235 |",
        "| 128x128 | 1 | 12350.0 |",
    ]


def test_what_is_not_run_again_keeps_its_figures_on_the_same_machine() -> None:
    later = Report()
    later.add("Training", phase="a", seconds=2.0)
    both = later.over(filled().page())
    assert list(both.sections) == ["Generation", "Training"]
    elsewhere = filled().page().replace(environment()["PyTorch"], "0.1")
    assert later.over(elsewhere).sections == later.sections


def test_what_people_wrote_below_the_figures_stays_on_any_machine() -> None:
    page = filled().page() + "\n## By hand\n"
    elsewhere = page.replace(environment()["PyTorch"], "0.1")
    for old in (page, elsewhere):
        assert filled().over(old).page().endswith("```\n\n## By hand\n")
