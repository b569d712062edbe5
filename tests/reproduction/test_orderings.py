from __future__ import annotations

import pytest

from tissuegan.evaluation.panel import Json
from tissuegan.reproduction.orderings import ORDERINGS, Found, checked, table, verdict
from tissuegan.reproduction.paper import said


@pytest.mark.parametrize(
    ("above", "below", "word"),
    [
        ((0.5, [0.4, 0.6]), (0.2, [0.1, 0.3]), "agrees"),
        ((0.5, [0.2, 0.8]), (0.4, [0.1, 0.7]), "agrees, within the intervals"),
        ((0.2, [0.1, 0.3]), (0.5, [0.4, 0.6]), "disagrees"),
        ((0.4, [0.1, 0.7]), (0.5, [0.2, 0.8]), "disagrees, within the intervals"),
        ((0.5, None), (0.2, None), "agrees"),
        ((None, None), (0.2, [0.1, 0.3]), "not measured"),
        ((None, [900.0, None]), (100.0, [50.0, 300.0]), "agrees"),
        ((None, [200.0, None]), (100.0, [50.0, 300.0]), "agrees, within the intervals"),
        ((None, [90.0, None]), (100.0, [50.0, 300.0]), "cannot be told"),
        ((None, [90.0, None]), (None, [100.0, None]), "cannot be told"),
        ((500.0, [100.0, 900.0]), (None, [100.0, None]), "cannot be told"),
        ((50.0, [10.0, 90.0]), (None, [100.0, None]), "disagrees"),
    ],
)
def test_a_verdict_follows_from_two_figures_and_their_intervals(
    above: Found, below: Found, word: str
) -> None:
    assert verdict(above, below) == word


def figures(fooled: float, n: int = 100, wide: float = 0.01) -> Json:
    own = {"fooled": fooled, "fooled_interval": [fooled - wide, fooled + wide], "n": n}
    return {"realism": {**own, "equal_n": own}}


def test_orderings_are_told_as_found() -> None:
    metrics = {"systems": {"sgan": figures(0.4), "joint": figures(0.3), "dsgan": figures(0.1)}}
    found = [each for each in checked(metrics, {}) if each["figure"] == "realism"]
    said_of = {(each["above"], each["below"]): each["verdict"] for each in found}
    assert said_of["sgan", "joint"] == "agrees"
    assert said_of["dsgan", "joint"] == "disagrees"
    assert said_of["joint", "unsupervised"] == "not measured"


def test_few_cells_decide_no_ordering() -> None:
    metrics = {"systems": {"sgan": figures(0.8, n=7), "joint": figures(0.3)}}
    row = next(each for each in checked(metrics, {}) if each["figure"] == "realism")
    assert (row["values"], row["verdict"]) == ([0.8, 0.3], "too few cells")


def test_gradients_compare_the_image_with_the_louder_label() -> None:
    channels = {
        name: {"mean": mean, "interval": [mean - 0.1, mean + 0.1]}
        for name, mean in (("wall", 1.0), ("blob", 3.0), ("image", 2.0))
    }
    facts = {"attention": {"end-to-end": {"attention": {"channels": channels}}}}
    found = {each["figure"]: each for each in checked({"systems": {}}, facts)}
    row = found["gradient of end-to-end's discriminator"]
    assert (row["values"], row["verdict"]) == ([3.0, 2.0], "agrees")


def test_every_ordering_has_a_row() -> None:
    records = checked({"systems": {}}, {})
    assert len(table(records).rows) == len(records) == len(ORDERINGS) + 2


def test_the_papers_numbers_are_given_as_it_gives_them() -> None:
    assert said(("statistics", "cell_size_um"), "dsgan") == "0.310"
    assert said(("statistics", "chi2", "mito_size"), "unsupervised") == "0.424"
    assert said(("statistics", "chi2", "mito_size"), "training") == "0"
    assert said(("segmentation", "nll"), "joint") == "0.177 ± 0.013"
    assert said(("segmentation", "mean_iu"), "dsgan-pretrained") == "0.938"
    assert said(("realism", "fooled"), "sgan") == "–"
