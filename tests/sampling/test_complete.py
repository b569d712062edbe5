from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import random_signs, write_tiny_completion, write_tiny_model
from tissuegan.classes import LabelClasses
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.models import Model, describe, load
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Completion, complete
from tissuegan.tissue import Tissue, TissueSource

FIELD = Region(-40, 1000, 150, 170)


class Walls:
    """An endless plane of blocky classes."""

    classes = LabelClasses(("blob", "dust", "wall"))
    pixel_size_nm = 4.6
    bounds = None

    def __getitem__(self, region: Region, /) -> Tissue:
        masks = (random_signs(3, region)[0] > 0).numpy()
        return Tissue(masks, None, self.classes, self.pixel_size_nm, region)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Draws blob and dot for a given wall."""
    return load(write_tiny_completion(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete, "TILE", 48)


def test_given_classes_are_the_source_s_and_the_others_are_made(model: Model) -> None:
    source = Walls()
    tissue = Completion(model, source, 3)[FIELD]
    assert tissue.classes.names == ("blob", "wall", "dot")
    assert tissue.image is None
    assert np.array_equal(tissue.masks[1], source[FIELD].masks[2])
    assert not np.array_equal(tissue.masks[0], source[FIELD].masks[0])
    assert all(0.02 < mask.mean() < 0.98 for mask in tissue.masks)


@settings(max_examples=10)
@given(st.integers(-300, 300), st.integers(-(2**40), 2**40), st.integers(1, 70), st.integers(1, 70))
def test_a_window_is_bitwise_the_crop_of_a_larger_one(
    model: Model, y0: int, x0: int, height: int, width: int
) -> None:
    region = Region(y0, x0, height, width)
    window = Completion(model, Walls(), 1)[region]
    whole = Completion(model, Walls(), 1)[region.grow(29)].crop(region)
    assert np.array_equal(window.masks, whole.masks)


def test_another_seed_is_another_answer_to_the_same_condition(model: Model) -> None:
    first, second = (Completion(model, Walls(), seed)[FIELD].masks for seed in (0, 1))
    assert np.array_equal(first[1], second[1])
    assert (first[0] != second[0]).mean() > 0.05


def test_stored_labels_are_completed_to_their_last_pixel(model: Model) -> None:
    stored = Section("s", replace(Walls()[FIELD], pixel_size_nm=5.0))
    source = Completion(model, stored)
    assert isinstance(source, TissueSource)
    assert source.bounds == FIELD
    assert source[FIELD].pixel_size_nm == source.pixel_size_nm == 5.0
    with pytest.raises(ValueError, match="not inside"):
        source[FIELD.grow(1)]


def test_what_was_there_of_the_made_classes_is_not_looked_at(model: Model) -> None:
    tissue = Walls()[FIELD]
    other = replace(tissue, masks=tissue.masks * np.array([0, 1, 1], bool)[:, None, None])
    first, second = (Completion(model, Section("s", t))[FIELD].masks for t in (tissue, other))
    assert np.array_equal(first, second)


def test_a_missing_given_class_is_told(model: Model) -> None:
    tissue = Walls()[FIELD]
    without = replace(tissue, masks=tissue.masks[:2], classes=LabelClasses(("blob", "dust")))
    with pytest.raises(UserError, match="no class wall"):
        Completion(model, Section("s", without))


def test_models_say_what_they_need(model: Model, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="use `tissuegan complete`"):
        Canvas(model)
    with pytest.raises(UserError, match="does not draw some classes for others"):
        Completion(load(write_tiny_model(tmp_path)), Walls())


def test_what_is_made_for_what_is_told(tmp_path: Path) -> None:
    facts = describe(write_tiny_completion(tmp_path / "tiny"))
    assert facts["makes"] == "labels of blob, dot for given wall"
    assert int(facts["parameters"].replace(",", "")) > 0
