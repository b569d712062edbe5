from __future__ import annotations

import re

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report import charts, page
from tissuegan.evaluation.report.drawing import curves, steps
from tissuegan.evaluation.report.section import PALETTE, Column, rows_of
from tissuegan.evaluation.report.table import figure


def c2st(accuracy: float | None) -> Json:
    n = 0 if accuracy is None else 40
    interval = None if accuracy is None else [accuracy - 0.1, accuracy + 0.1]
    values = {"accuracy": accuracy, "accuracy_interval": interval, "p_value": 1e-7, "n": n}
    return {"c2st": values}


def metrics(**systems: Json) -> Json:
    real = {
        "boundary": "wall",
        "organelles": ["blob"],
        "pixel_size_nm": 4.6,
        "train": ["00"],
        "test": ["01", "02", "03"],
    }
    floors = c2st(0.6)
    return {"seed": 0, "real": real, "systems": systems, "floors": floors, "training": {}}


def test_a_figure_has_its_interval_and_its_n() -> None:
    flat = figure(c2st(0.625)["c2st"], Column("", ("accuracy",)))
    assert flat == ("0.625", "[0.525, 0.725]", "n = 40")
    nested = {"chi2": {"size": 0.5, "size_interval": [0.25, 0.75], "size_n": 7}, "n": 9}
    assert figure(nested, Column("", ("chi2", "size"), 2)) == ("0.50", "[0.25, 0.75]", "n = 7")
    mean = {"size": {"mean": 2.0, "interval": None, "n": 3}}
    assert figure(mean, Column("", ("size",), 1)) == ("2.0", "", "n = 3")


def test_what_is_not_known_is_a_dash_with_n_0() -> None:
    assert figure(c2st(None)["c2st"], Column("", ("accuracy",))) == ("–", "", "n = 0")


def test_an_interval_without_an_upper_end_is_a_bound() -> None:
    open_ended: Json = {"estimate": None, "estimate_interval": [1e4, None], "n": 300}
    column = Column("", ("estimate",), digits=0)
    assert figure(open_ended, column) == ("–", "at least 10000", "n = 300")


def test_small_numbers_are_not_rounded_to_nothing() -> None:
    assert figure(c2st(0.6)["c2st"], Column("", ("p_value",), 4))[0] == "1.0e-07"


def test_charts_have_the_same_bytes_every_time() -> None:
    first, second = charts(metrics(a=c2st(0.7))), charts(metrics(a=c2st(0.7)))
    assert first == second
    assert b"held-out sections (n = 40)" in first["c2st.svg"]


def test_systems_that_share_a_colour_are_drawn_in_another_form() -> None:
    many = {f"system {k}": c2st(0.7) for k in range(len(PALETTE) + 1)}
    first, *_, last = rows_of(metrics(**many), "c2st")[1:]
    assert (first.colour, first.lap, last.lap) == (last.colour, 0, 1)
    drawn = curves([(row, [0, 1], [0, 1]) for row in (first, last)], ("x", "y"))
    assert drawn is not None
    assert b"stroke-dasharray" in drawn


def test_a_histogram_of_many_systems_has_room_for_its_legend() -> None:
    rows = rows_of(metrics(**{f"system {k}": c2st(0.7) for k in range(18)}), "c2st")
    drawn = [
        steps([(row, [0.0, 1.0], [0.5, 0.5]) for row in some], "x") for some in (rows[:2], rows)
    ]
    low, high = (height_of(svg) for svg in drawn)
    assert high > low + 100
    assert all(row.name.encode() in (drawn[1] or b"") for row in rows)


def height_of(svg: bytes | None) -> float:
    found = re.search(rb'height="([\d.]+)pt"', svg or b"")
    assert found is not None
    return float(found[1])


def test_the_page_shows_what_was_measured_and_no_other_section() -> None:
    found = metrics(a=c2st(0.7))
    text = page(found, charts(found))
    assert "0.700" in text
    assert 'id="realism"' not in text


def test_names_of_systems_are_text_and_not_html() -> None:
    found = metrics(**{"<b>": c2st(None)})
    text = page(found, charts(found))
    assert "&lt;b&gt;" in text
    assert "<b><" not in text
