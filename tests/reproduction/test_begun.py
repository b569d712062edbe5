from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tissuegan.classes import LabelClasses
from tissuegan.data import Section
from tissuegan.errors import UserError
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.reproduction.begun import begun_with
from tissuegan.reproduction.budget import budgets, chosen
from tissuegan.reproduction.plan import plan, starts_of
from tissuegan.reproduction.refusals import refuse
from tissuegan.reproduction.request import Request
from tissuegan.tissue import Tissue

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


def test_a_model_of_other_classes_is_told_before_any_training(tmp_path: Path) -> None:
    request = Request(tmp_path, tmp_path / "out", "cpu", "sgan", start="vnc-sgan")
    classes = LabelClasses(("membrane", "vesicle"))
    masks, image = np.zeros((2, 640, 640), bool), np.zeros((640, 640), np.uint8)
    tissue = Tissue(masks, image, classes, 4.6, Region(0, 0, 640, 640))
    with pytest.raises(UserError, match="mitochondrion, and the sections have membrane, vesicle"):
        refuse(request, request.plan(), [Section("one", tissue)])
