"""The whole evaluation on small fields, good and bad."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tissuegan.classes import LabelClasses
from tissuegan.data.phantom import Phantom
from tissuegan.evaluation.evaluate import evaluate, plain
from tissuegan.evaluation.measures import MEASURES, chosen
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.objects import Roles
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.tissue import Tissue

SIDE = 256
CLASSES = LabelClasses(("membrane", "mitochondrion"))
Make = Callable[[int], Tissue]


def phantom(seed: int) -> Tissue:
    return Phantom(seed)[Region(0, 0, SIDE, SIDE)]


def with_labels(masks: np.ndarray, image: np.ndarray | None) -> Tissue:
    return Tissue(masks, image, CLASSES, 4.6, Region(0, 0, SIDE, SIDE))


def white_noise(seed: int) -> Tissue:
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    return with_labels(random.random((2, SIDE, SIDE)) < 0.5, image)


def checkerboard(_: int) -> Tissue:
    board = (np.indices((SIDE, SIDE)) // 16).sum(axis=0) % 2 == 0
    return with_labels(np.stack([board, ~board]), board.astype(np.uint8) * 255)


def constant(_: int) -> Tissue:
    return with_labels(np.zeros((2, SIDE, SIDE), bool), np.full((SIDE, SIDE), 90, np.uint8))


def full(_: int) -> Tissue:
    return with_labels(np.ones((2, SIDE, SIDE), bool), None)


def without_organelles(seed: int) -> Tissue:
    tissue = phantom(seed)
    return replace(tissue, masks=tissue.masks & np.array([True, False])[:, None, None])


def membranes_alone(seed: int) -> Tissue:
    tissue = phantom(seed)
    names = LabelClasses(("membrane",))
    return Tissue(tissue.masks[:1], tissue.image, names, 4.6, tissue.region)


def subject(name: str, make: Make, seeds: range) -> Subject:
    fields = [Field(f"{k}", f"{name} {k}", partial(make, k)) for k in seeds]
    return Subject(name, tuple(fields))


def panel_of(*systems: Subject) -> Panel:
    train, test = subject("train", phantom, range(4)), subject("test", phantom, range(4, 8))
    roles = Roles("membrane", ("mitochondrion",))
    return Panel(train, test, systems, roles, pool=60)


def result(panel: Panel, names: str | None = None) -> tuple[list[Progress], Json]:
    steps, seen = evaluate(panel, chosen(names)), []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return seen, end.value


BAD: dict[str, Make] = {
    "white noise": white_noise,
    "checkerboard": checkerboard,
    "constant": constant,
    "full": full,
    "without organelles": without_organelles,
}


@pytest.fixture(scope="module")
def judged() -> Json:
    copies = subject("copies", phantom, range(4))
    more = subject("more phantom", phantom, range(20, 24))
    bad = [subject(name, make, range(1)) for name, make in BAD.items()]
    return result(panel_of(copies, more, *bad))[1]


def test_every_figure_can_be_said_in_json(judged: Json) -> None:
    assert json.loads(json.dumps(judged, allow_nan=False)) == judged
    assert set(judged["systems"]) == {"copies", "more phantom", *BAD}


def test_the_fields_of_each_system_are_counted(judged: Json) -> None:
    assert judged["fields"] == {"copies": 4, "more phantom": 4, **dict.fromkeys(BAD, 1)}


def test_systems_and_floors_have_the_same_shape(judged: Json) -> None:
    for figures in judged["systems"].values():
        for name, values in judged["floors"].items():
            assert set(values) - {"pictures"} == set(figures[name]) - {"pictures"}, name
    assert {measure.name for measure in MEASURES} == set(judged["floors"])


def test_every_key_of_a_measure_is_documented(judged: Json) -> None:
    text = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    rows = dict(
        re.findall(r"^\| `(\w+)`[^|]*\| (.+) \|$", text.split("metrics.json holds")[1], re.M)
    )
    for name, figures in judged["floors"].items():
        missing = {key for key in figures if f"`{key}`" not in rows[name]}
        assert not missing, name


def test_no_organelles_are_n_0_and_not_a_number(judged: Json) -> None:
    for name in ("without organelles", "constant"):
        figures = judged["systems"][name]
        assert figures["statistics"]["mito_size_um"] == {
            "mean": None,
            "interval": None,
            "sd": None,
            "n": 0,
        }
        assert figures["statistics"]["chi2"]["mito_size"] is None
        assert (figures["realism"]["fooled"], figures["realism"]["n"]) == (None, 0)
        assert (figures["c2st"]["p_value"], figures["c2st"]["n"]) == (None, 0)


def test_tissue_without_an_organelle_class_is_measured_as_far_as_it_goes() -> None:
    parts = [subject(name, membranes_alone, range(k, k + 2)) for k, name in enumerate("abc")]
    panel = Panel(parts[0], parts[1], tuple(parts[2:]), Roles("membrane", ()), pool=20)
    figures = result(panel)[1]["systems"]["c"]
    assert figures["statistics"]["cell_size_um"]["n"] > 10
    assert figures["statistics"]["mito_size_um"]["n"] == 0
    assert (figures["realism"]["n"], figures["c2st"]["n"]) == (0, 0)
    assert figures["copying"]["nearest_distance"] is not None


def test_few_training_objects_bound_the_number_at_which_everyone_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tissuegan.evaluation.measures.realism.ENOUGH", 5)
    train, test = subject("train", phantom, range(1)), subject("test", phantom, range(1, 9))
    system = subject("system", phantom, range(10, 18))
    panel = Panel(train, test, (system,), Roles("membrane", ("mitochondrion",)), pool=8)
    found = result(panel, "statistics,realism")[1]
    few = found["training"]["statistics"]["mito_size_um"]["n"]
    for figures in (found["floors"], found["systems"]["system"]):
        assert 0 < few < figures["statistics"]["mito_size_um"]["n"]
        assert figures["statistics"]["chi2"]["mito_size_n"] == few
        assert figures["statistics"]["chi2"]["mito_size"] is not None
        assert 0 < figures["realism"]["equal_n"]["n_trained"] <= few
        assert figures["realism"]["equal_n"]["fooled"] is not None


def test_without_images_there_is_no_spectrum(judged: Json) -> None:
    assert judged["systems"]["full"]["spectra"]["n"] == 0
    assert judged["systems"]["full"]["spectra"]["power_distance"] is None


def test_bad_images_are_far_from_the_real_ones(judged: Json) -> None:
    floor = judged["floors"]["spectra"]
    for name in ("white noise", "checkerboard", "constant"):
        figures = judged["systems"][name]["spectra"]
        assert figures["power_distance"] > 5 * floor["power_distance"]
        assert figures["grey_chi2"] > 5 * floor["grey_chi2"]


def test_copies_of_training_sections_are_caught_and_new_tissue_is_not(judged: Json) -> None:
    copies, new = (judged["systems"][name]["copying"] for name in ("copies", "more phantom"))
    assert copies["nearest_distance"] < 0.05 < new["nearest_distance"]
    assert copies["p_value"] < 1e-6
    assert copies["copied"] == 1
    assert new["p_value"] > 0.01


def test_a_source_that_repeats_itself_has_a_small_support(judged: Json) -> None:
    assert judged["systems"]["constant"]["support"]["closest"] == 0
    assert judged["systems"]["more phantom"]["support"]["closest"] > 0.02
    assert judged["floors"]["support"]["n"] == 60


def test_a_lattice_shows_in_the_seams(judged: Json) -> None:
    board, floor = judged["systems"]["checkerboard"]["seams"], judged["floors"]["seams"]
    assert board["phase"] > 10 * floor["phase"]
    assert board["period"] > 10 * abs(floor["period"])


def test_progress_counts_every_step_once() -> None:
    steps, _ = result(panel_of(subject("more", phantom, range(9, 10))), "statistics,samples")
    assert [step.done for step in steps] == list(range(len(steps)))
    assert {step.total for step in steps} == {len(steps) - 1}


def test_the_seed_decides_and_nothing_else() -> None:
    more = subject("more", phantom, range(9, 11))
    first, again = (result(panel_of(more), "realism,support")[1] for _ in range(2))
    assert first == again


def test_numbers_have_ten_digits_and_are_pythons_own() -> None:
    value: Any = {"a": np.float64(1 / 3), "b": [np.nan, np.inf], "c": np.arange(2), "d": True}
    assert plain(value) == {"a": 0.3333333333, "b": [None, None], "c": [0, 1], "d": True}
    assert type(plain(np.int64(3))) is int
