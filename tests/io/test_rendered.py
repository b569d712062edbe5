from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.builders import write_tiny_model
from tissuegan.data.phantom import Phantom
from tissuegan.evaluation.panel import Field, Subject
from tissuegan.io import rendered
from tissuegan.io.rendered import fixed_labels, renderer
from tissuegan.io.subjects import open_system
from tissuegan.models import load
from tissuegan.objects import Roles
from tissuegan.region import Region
from tissuegan.tissue import Tissue

CLASSES, SIDE = ("membrane", "mitochondrion"), 64


def phantom(seed: int) -> Tissue:
    return Phantom(seed)[Region(0, 0, SIDE, SIDE)]


def fields(count: int, image: bool = True) -> tuple[Field, ...]:
    def make(seed: int) -> Tissue:
        return phantom(seed) if image else replace(phantom(seed), image=None)

    return tuple(Field(f"{k}", f"phantom {k} {image}", partial(make, k)) for k in range(count))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_model(folder / "both", classes=CLASSES)
    write_tiny_model(folder / "painter", labels=False, classes=CLASSES[::-1])
    write_tiny_model(folder / "plain", image=None, classes=CLASSES)
    write_tiny_model(folder / "other")
    return folder


def test_a_model_that_makes_images_only_is_measured_by_those_of_the_fixed_labels(
    models: Path,
) -> None:
    train, labels = Subject("training", fields(2)), fields(2, image=False)
    roles = Roles(CLASSES[0], CLASSES[1:])
    found = open_system(str(models / "painter"), train, roles, labels=labels)
    assert found.name == "painter"
    for k, made in enumerate(found.tissues):
        assert made.classes.names == CLASSES
        np.testing.assert_array_equal(made.masks, phantom(k).masks)
        assert made.image is not None
    assert found.endless is None


def test_the_same_labels_are_drawn_by_all_that_draw_given_ones(models: Path) -> None:
    (part,) = fields(1, image=False)
    for name in ("both", "painter"):
        draw = renderer(load(models / name))
        assert draw is not None
        first, again = draw(part), draw(part)
        assert first.digest == again.digest != part.digest
        assert first.tissue.image is not None
        np.testing.assert_array_equal(first.tissue.image, again.tissue.image)
        np.testing.assert_array_equal(first.tissue.masks, part.tissue.masks)
    assert renderer(load(models / "plain")) is None


def test_fixed_labels_are_the_best_models_where_it_knows_the_classes(models: Path) -> None:
    found = fixed_labels(Subject("training", fields(2)), [str(models / "both")])
    assert [part.name for part in found] == ["vnc-sgan labels 0", "vnc-sgan labels 1"]
    assert (found[0].tissue.image, found[0].tissue.region.shape) == (None, (SIDE, SIDE))
    assert (found[0].tissue.masks != found[1].tissue.masks).any()


def test_else_fixed_labels_are_those_of_the_first_model_that_makes_some(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendered, "shipped", tuple)
    train = Subject("training", fields(1))
    sources = ["nothing", *(str(models / name) for name in ("other", "painter", "plain", "both"))]
    (part,) = fixed_labels(train, sources)
    assert part.name == "plain labels 0"
    assert fixed_labels(train, sources[:3]) == ()


def test_a_model_is_another_when_its_card_is(models: Path) -> None:
    model = load(models / "both")
    moved = replace(model, card=model.card.model_copy(update={"thresholds": (0.1, 0.2)}))
    assert moved.identity != model.identity == load(models / "both").identity
