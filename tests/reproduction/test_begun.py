from __future__ import annotations

from pathlib import Path

import pytest

from tissuegan.errors import UserError
from tissuegan.models import load
from tissuegan.reproduction.begun import begun_with
from tissuegan.reproduction.budget import budgets, chosen
from tissuegan.reproduction.plan import plan, starts_of

UNITED = ("sgan", "dsgan", "end-to-end", "sgan-reconstructor", "dsgan-pretrained")


@pytest.mark.parametrize("budget", ["cpu", "gpu"])
def test_what_begins_with_a_model_has_its_networks(budget: str, tmp_path: Path) -> None:
    items = plan(chosen(None), budgets().budgets[budget], tmp_path, start="vnc-sgan")
    recipes = {item.name: item.recipe for item in items}
    card = load("vnc-sgan").card
    assert card.labels is not None
    assert card.image is not None
    for name in UNITED:
        labels, image = recipes[name].labels, recipes[name].image
        assert labels is not None
        assert image is not None
        assert (labels.start, labels.generator) == ("vnc-sgan", card.labels.generator)
        assert (image.start, image.generator) == ("vnc-sgan", card.image.generator)
        drawn = ("downsample", "smooth", "holes", "specks", "pieces")
        assert all(getattr(labels, key) == getattr(card.labels, key) for key in drawn)


def test_all_else_begins_as_it_does_without_a_model(tmp_path: Path) -> None:
    budget = budgets().budgets["cpu"]
    plain = {item.name: item.recipe for item in plan(chosen(None), budget, tmp_path)}
    begun = {i.name: i.recipe for i in plan(chosen(None), budget, tmp_path, start="vnc-sgan")}
    assert {name for name in plain if plain[name] != begun[name]} == set(UNITED)


def test_the_systems_that_a_model_stands_for_are_not_needed(tmp_path: Path) -> None:
    items = plan(["dsgan-pretrained"], budgets().budgets["cpu"], tmp_path, start="vnc-sgan")
    assert [item.name for item in items] == ["segmenter-for-reconstruction", "dsgan-pretrained"]
    segmenter = {"segmenter": "segmenter-for-reconstruction"}
    assert starts_of(items[-1]) == {"labels": "vnc-sgan", "image": "vnc-sgan", **segmenter}


@pytest.mark.parametrize(
    ("model", "told"), [("nope", "nope"), ("vnc-segmenter", "labels or image")]
)
def test_a_model_without_both_stages_is_told(model: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        begun_with(budgets().systems, model)
