from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.evaluation.evaluate import Steps, evaluate
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures import chosen
from tissuegan.evaluation.measures.segmentation import segmentation_by
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.segmentation import (
    Reader,
    Reading,
    confusion,
    exclusive,
    intersections_over_unions,
    mean_binary_iu,
    mean_class_iu,
    mean_iu,
    mean_nll,
    readable,
    reading,
)
from tissuegan.objects import Roles
from tissuegan.region import Region
from tissuegan.tissue import Tissue

CLASSES = ("wall", "blob")

# Rows are the truth: 10 pixels of background, 5 of wall, 5 of blob.
COUNTS = np.array([[8, 2, 0], [1, 3, 1], [0, 1, 4]])


def tissue(index: np.ndarray, image: bool = True) -> Tissue:
    masks = np.stack([index == 1, index == 2])
    region = Region(0, 0, *index.shape)
    grey = index.astype(np.uint8) if image else None
    return Tissue(masks, grey, LabelClasses(CLASSES), 4.6, region)


def sure_of(chance: float) -> Reader:
    """Says what the grey level says, with a given probability of each class present."""

    def read(image: np.ndarray) -> np.ndarray:
        found = np.stack([image == 1, image == 2])
        return np.where(found, chance, 1 - chance).astype(np.float32)

    return Reader(CLASSES, f"sure of {chance}", 4.6, "uint8", read)


def subject(name: str, *tissues: Tissue) -> Subject:
    def field(k: int, made: Tissue) -> Field:
        return Field(f"{k}", f"{name} {k}", lambda: made)

    return Subject(name, tuple(field(k, made) for k, made in enumerate(tissues)))


def finished(steps: Steps) -> Json:
    """What an evaluation returns when it has run to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Json = end.value
            return found


def test_iu_is_tp_by_row_and_column_less_tp() -> None:
    expected = [8 / (10 + 9 - 8), 3 / (5 + 6 - 3), 4 / (5 + 5 - 4)]
    np.testing.assert_allclose(intersections_over_unions(COUNTS), expected)
    found = [Reading(COUNTS, 0.0)]
    assert mean_iu(found) == pytest.approx(np.mean(expected))
    assert mean_class_iu(found) == pytest.approx(np.mean(expected[1:]))


def test_each_class_against_the_rest_counts_what_it_is_not() -> None:
    wall = (3 / 8, (20 - 8) / (20 - 3))
    blob = (4 / 6, (20 - 6) / (20 - 4))
    assert mean_binary_iu([Reading(COUNTS, 0.0)]) == pytest.approx(np.mean([*wall, *blob]))


def test_confusions_are_summed_before_they_are_divided() -> None:
    twice = [Reading(COUNTS, 0.0), Reading(np.diag([100, 0, 0]), 0.0)]
    assert mean_iu(twice) == pytest.approx(mean_iu([Reading(COUNTS + np.diag([100, 0, 0]), 0.0)]))


def test_pixels_are_counted_by_truth_and_answer() -> None:
    true, seen = np.array([[0, 0, 1], [2, 2, 2]]), np.array([[0, 1, 1], [2, 0, 2]])
    np.testing.assert_array_equal(confusion(true, seen, 3), [[1, 1, 0], [0, 1, 0], [1, 0, 2]])


def test_independent_probabilities_become_one_distribution() -> None:
    """Odds of 1 and 3 against background: 1/5, 1/5, 3/5."""
    found = exclusive(np.array([0.5, 0.75]).reshape(2, 1, 1))
    np.testing.assert_allclose(found[:, 0, 0], [0.2, 0.2, 0.6])


def test_certainty_is_still_a_distribution() -> None:
    found = exclusive(np.array([1.0, 1.0]).reshape(2, 1, 1))
    assert found.sum() == pytest.approx(1)
    assert np.isfinite(found).all()


def test_a_sure_and_right_reader_has_the_known_cross_entropy() -> None:
    """A class of odds 9 beside one of odds 1/9; where there is none, two of odds 1/9."""
    index = np.array([[0, 1], [2, 2]])
    found = reading(sure_of(0.9), tissue(index))
    inside, outside = 9 / (1 + 9 + 1 / 9), 1 / (1 + 2 / 9)
    assert mean_nll([found]) == pytest.approx(-(3 * math.log(inside) + math.log(outside)) / 4)
    assert mean_iu([found]) == 1


def test_a_reader_that_knows_nothing_has_the_entropy_of_three_choices() -> None:
    index = np.random.default_rng(0).integers(0, 3, (20, 30))
    assert mean_nll([reading(sure_of(0.5), tissue(index))]) == pytest.approx(math.log(3))


def test_the_later_class_is_true_where_classes_overlap() -> None:
    made = tissue(np.array([[1, 2]]))
    both = Tissue(np.ones((2, 1, 2), bool), made.image, made.classes, 4.6, made.region)
    np.testing.assert_array_equal(
        reading(sure_of(0.9), both).confusion, [[0, 0, 0], [0, 0, 0], [0, 1, 1]]
    )


def test_classes_go_by_name_and_not_by_place() -> None:
    made = tissue(np.array([[0, 1, 2]]))
    turned = LabelClasses(("blob", "wall"))
    other = Tissue(made.masks[::-1].copy(), made.image, turned, 4.6, made.region)
    assert mean_iu([reading(sure_of(0.9), other)]) == 1


def test_what_a_reader_did_not_learn_to_read_is_refused() -> None:
    reader, made = sure_of(0.9), tissue(np.array([[0, 1, 2]]))
    assert readable(reader, made)
    assert made.image is not None
    coarse = replace(made, pixel_size_nm=9.2)
    deep = replace(made, image=made.image.astype(np.uint16))
    fewer = replace(made, masks=made.masks[:1], classes=LabelClasses(("wall",)))
    for other in (coarse, deep, fewer, replace(made, image=None)):
        assert not readable(reader, other)
        with pytest.raises(ValueError, match="did not learn"):
            reading(reader, other)


def test_the_measure_has_figures_of_every_subject() -> None:
    indices = np.random.default_rng(1).integers(0, 3, (6, 16, 16))
    real = [tissue(index) for index in indices]
    train, test = subject("train", *real[:2]), subject("test", *real[2:4])
    blind = subject("blind", tissue(indices[4], image=False))
    panel = Panel(train, test, (blind,), Roles("wall", ("blob",)))
    metrics = finished(evaluate(panel, [segmentation_by(sure_of(0.9))]))
    floor = metrics["floors"]["segmentation"]
    assert metrics["training"]["segmentation"]["n"] == 2
    assert floor["mean_iu"] == floor["iu"][0] == 1
    assert floor["n"] == 2
    assert floor["nll_interval"][0] <= floor["nll"] <= floor["nll_interval"][1]
    nothing = metrics["systems"]["blind"]["segmentation"]
    assert (nothing["n"], nothing["mean_iu"], nothing["nll"]) == (0, None, None)


def test_a_measure_with_a_segmenter_is_made_only_if_it_is_wanted() -> None:
    made = []

    def make() -> Measure:
        made.append(1)
        return segmentation_by(sure_of(0.9))

    assert [each.name for each in chosen("statistics", {"segmentation": make})] == ["statistics"]
    assert not made
    names = [each.name for each in chosen(" segmentation,statistics", {"segmentation": make})]
    assert names == ["statistics", "segmentation"]
    assert chosen(None, {"segmentation": make})[-1].name == "segmentation"
    with pytest.raises(UserError, match="no measure 'segmentation'"):
        chosen("segmentation")


def test_images_of_fixed_labels_are_read_beside_a_systems_own() -> None:
    """A system whose own images show their labels, and whose images of the fixed ones do not."""
    own, given = (tissue(np.random.default_rng(k).integers(0, 3, (16, 16))) for k in (0, 1))
    black = replace(given, image=np.zeros((16, 16), np.uint8))

    def rendered(part: Field) -> Field:
        return Field(part.name, f"black {part.digest}", lambda: black)

    painter = replace(subject("painter", own), rendered=rendered)
    labels = subject("labels", replace(given, image=None)).fields
    real = subject("real", own)
    panel = Panel(real, real, (painter, subject("plain", own)), Roles("wall", ("blob",)))
    panel = replace(panel, labels=labels)
    metrics = finished(evaluate(panel, [segmentation_by(sure_of(0.9))]))["systems"]
    found = metrics["painter"]["segmentation"]
    assert found["mean_iu"] == 1
    share = float((given.masks.sum(0) == 0).mean())
    assert found["fixed_labels"]["mean_iu"] == pytest.approx(share / 3)
    assert found["fixed_labels"]["n"] == 1
    assert metrics["plain"]["segmentation"]["fixed_labels"]["n"] == 0
    assert metrics["plain"]["segmentation"]["fixed_labels"]["mean_iu"] is None


def test_another_segmenter_is_noticed_by_what_remembers() -> None:
    """The same panel, first read by one that knows all, then by one that knows nothing."""
    real = subject("real", tissue(np.random.default_rng(2).integers(0, 3, (16, 16))))
    panel = Panel(real, real, (), Roles("wall", ("blob",)))
    first, second = (
        finished(evaluate(panel, [segmentation_by(sure_of(chance))]))["floors"]["segmentation"]
        for chance in (0.9, 0.5)
    )
    assert second["nll"] == pytest.approx(math.log(3))
    assert first["nll"] < second["nll"]
