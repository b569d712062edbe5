"""Labels in two stages on the canvas: the last class is drawn for the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from tests.builders import pixels, write_tiny_completed
from tissuegan.models import Model, describe, load
from tissuegan.models.completed import CompletedLabels
from tissuegan.networks.geometry import Field
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Completion
from tissuegan.tissue import Tissue

FAR = 2**40
FIELD = Region(-40, 1000, 150, 170)
starts = st.integers(-100, 100) | st.sampled_from([-FAR - 7, FAR])
windows = st.builds(Region, starts, starts, st.integers(1, 70), st.integers(1, 70))


@pytest.fixture(scope="module", params=[0, 3], ids=["as drawn", "cleaned"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return write_tiny_completed(folder, thickness=request.param)


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    return load(folder)


def labels(model: Model) -> CompletedLabels:
    assert isinstance(model.labels, CompletedLabels)
    return model.labels


def same(one: Tissue, other: Tissue) -> bool:
    return np.array_equal(one.masks, other.masks) and np.array_equal(pixels(one), pixels(other))


def test_the_first_stage_draws_the_given_class_and_the_second_the_other(model: Model) -> None:
    drawn, first = labels(model).draw(3, FIELD), labels(model).first.draw(3, FIELD)
    assert np.array_equal(drawn[0], first[0])
    assert (drawn[1] != first[1]).mean() > 0.1
    assert all(0.02 < mask.mean() < 0.98 for mask in drawn)


def test_holes_and_specks_are_left_out(tmp_path: Path) -> None:
    drawn, cleaned = (
        labels(load(write_tiny_completed(tmp_path / str(side), thickness=side))).draw(3, FIELD)
        for side in (0, 3)
    )
    assert not (drawn[0] & ~cleaned[0]).any()  # holes are filled
    assert drawn[0].sum() < cleaned[0].sum()
    assert ndimage.label(cleaned[1])[1] < ndimage.label(drawn[1])[1]


def test_the_second_stage_is_that_of_the_command_complete(model: Model) -> None:
    canvas = Canvas(model, 3)
    again = Completion(model, canvas, 3)[FIELD]
    assert (again.masks != canvas[FIELD].masks).mean() < 1e-3


@pytest.mark.usefixtures("small_tiles")
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(windows, st.integers(0, 60), st.sampled_from([0, 10**8]))
def test_any_window_is_bitwise_the_crop_of_a_larger_one(
    model: Model, window: Region, more: int, cache: int
) -> None:
    larger = Canvas(model, 5, cache)[window.grow(more)]
    assert same(Canvas(model, 5, cache)[window], larger.crop(window))


@pytest.mark.usefixtures("small_tiles")
def test_each_network_only_ever_sees_one_shape(folder: Path) -> None:
    model = load(folder)
    assert model.image is not None
    part = labels(model)
    stages = {
        "first": part.first.generator,
        "then": part.completion.generator,
        "image": model.image.generator,
    }
    shapes: dict[str, set[tuple[int, int]]] = {name: set() for name in stages}
    for name, network in stages.items():

        def seen(_network: object, inputs: tuple[Region | Field, object], name: str = name) -> None:
            where = inputs[0]
            shapes[name].add((where if isinstance(where, Region) else where.region).shape)

        network.register_forward_pre_hook(seen)
    canvas = Canvas(model, 0, cache_bytes=0)
    for y, x, side in ((0, 0, 70), (-33, 17, 1), (-FAR - 1, 2, 60)):
        canvas[Region(y, x, side, side)]
    assert {name: len(found) for name, found in shapes.items()} == dict.fromkeys(stages, 1)


def test_what_the_canvas_draws_in_tiles_is_what_is_drawn_at_once(model: Model) -> None:
    assert (Canvas(model, 4).masks(FIELD) != labels(model).draw(4, FIELD)).mean() < 1e-3


def test_soft_labels_cut_at_the_thresholds_are_the_masks(model: Model) -> None:
    part = labels(model)
    assert np.array_equal(part.soft(2, FIELD).numpy() > 0, part.draw(2, FIELD))


def test_both_stages_are_told_and_counted(folder: Path, model: Model) -> None:
    part, facts = labels(model), describe(folder)
    assert model.image is not None
    networks = part.first.generator, part.completion.generator, model.image.generator
    counted = sum(p.numel() for network in networks for p in network.parameters())
    assert facts["makes"] == "labels; images; labels of blob for given wall"
    assert facts["parameters"] == f"{counted:,}"
