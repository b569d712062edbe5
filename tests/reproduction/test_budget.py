from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tissuegan.classes import LabelClasses
from tissuegan.data import Section
from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.reproduction.budget import budgets, chosen, in_order
from tissuegan.reproduction.plan import plan
from tissuegan.reproduction.refusals import refuse_misfits
from tissuegan.tissue import Tissue

CLASSES = LabelClasses(("membrane", "mitochondrion"))
BUDGETS = tuple(budgets().budgets)


@pytest.mark.parametrize("budget", BUDGETS)
def test_every_system_of_a_budget_is_a_recipe_that_takes_what_is_set(
    budget: str, tmp_path: Path
) -> None:
    items = plan(chosen(None), budgets().budgets[budget], tmp_path)
    assert {item.name for item in items} == set(budgets().systems)
    assert all(item.state == "absent" for item in items)


@pytest.mark.parametrize("budget", BUDGETS)
def test_networks_and_patches_of_a_budget_fit_sections_of_the_paper_s_size(
    budget: str, tmp_path: Path
) -> None:
    section = Section("one", empty(1024))
    refuse_misfits(plan(chosen(None), budgets().budgets[budget], tmp_path), [section])


def empty(side: int) -> Tissue:
    masks, image = np.zeros((2, side, side), bool), np.zeros((side, side), np.uint8)
    return Tissue(masks, image, CLASSES, 4.6, Region(0, 0, side, side))


def test_sections_too_small_for_a_system_are_told_before_any_training(tmp_path: Path) -> None:
    items = plan(chosen(None), budgets().budgets["cpu"], tmp_path)
    with pytest.raises(UserError, match="crop"):
        refuse_misfits(items, [Section("one", empty(500))])


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_budget_sets_only_systems_that_there_are(budget: str) -> None:
    assert set(budgets().budgets[budget].set) <= set(budgets().systems)


@pytest.mark.parametrize("budget", BUDGETS)
def test_what_begins_from_another_system_has_its_networks(budget: str, tmp_path: Path) -> None:
    items = plan(chosen(None), budgets().budgets[budget], tmp_path)
    recipes = {item.name: item.recipe for item in items}
    for name, recipe in recipes.items():
        for part, other in budgets().systems[name].start.items():
            mine, theirs = getattr(recipe, part), getattr(recipes[other], part)
            for field in ("generator", "widths", "factor", "downsample"):
                assert getattr(mine, field, None) == getattr(theirs, field, None), (name, part)


def test_systems_come_after_those_that_they_begin_from() -> None:
    order = in_order(["dsgan-pretrained"], budgets().systems)
    assert set(order) == {"labels", "image", "segmenter-for-reconstruction", "dsgan-pretrained"}
    assert order[-1] == "dsgan-pretrained"


def test_the_judge_is_not_what_images_are_drawn_for(tmp_path: Path) -> None:
    items = plan(["dsgan-pretrained", "segmenter"], budgets().budgets["smoke"], tmp_path)
    recipes = {item.name: item.recipe for item in items}
    assert recipes["segmenter"].seed != recipes["segmenter-for-reconstruction"].seed


def test_the_seed_reaches_every_system(tmp_path: Path) -> None:
    items = plan(["labels", "image"], budgets().budgets["smoke"], tmp_path, seed=7)
    assert [item.recipe.seed for item in items] == [7, 7]


def test_an_unknown_system_is_told() -> None:
    with pytest.raises(UserError, match="no system 'beauty'; the systems are segmenter,"):
        chosen("labels,beauty")
