from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from tissuegan.classes import LabelClasses
from tissuegan.evaluation.evaluate import evaluate
from tissuegan.evaluation.measures.utility import arms_of, utility_by
from tissuegan.evaluation.panel import Field, Json, Memory, Panel, Subject
from tissuegan.evaluation.report import charts, page
from tissuegan.evaluation.segmentation import Reader
from tissuegan.evaluation.utility import Learner, Score, f1, rand_error, score
from tissuegan.objects import Roles
from tissuegan.region import Region
from tissuegan.tissue import Tissue

CLASSES, ROLES = ("wall", "blob"), Roles("wall", ("blob",))
COUNTS = np.array([[8, 2, 0], [1, 3, 1], [0, 1, 4]])


def tissue(seed: int, image: bool = True) -> Tissue:
    index = np.random.default_rng(seed).integers(0, 3, (12, 12))
    masks = np.stack([index == 1, index == 2])
    grey = index.astype(np.uint8) if image else None
    return Tissue(masks, grey, LabelClasses(CLASSES), 4.6, Region(0, 0, 12, 12))


def subject(name: str, *tissues: Tissue, learnt: tuple[str, ...] | None = None) -> Subject:
    def field(k: int, made: Tissue) -> Field:
        return Field(f"{k}", f"{name} {k}", lambda: made)

    return Subject(name, tuple(field(k, made) for k, made in enumerate(tissues)), learnt=learnt)


def reader_of(right: float) -> Reader:
    """Reads the grey levels of this share of the rows, and sees nothing in the others."""

    def read(image: np.ndarray) -> np.ndarray:
        found = np.stack([image == 1, image == 2]).astype(np.float32)
        found[:, round(right * image.shape[0]) :] = 0
        return found

    return Reader(CLASSES, "", 4.6, "uint8", read)


class Pupil:
    """Learns to read a row more from each real field, half a row from each synthetic one."""

    def __init__(self) -> None:
        self.taught: list[tuple[int, int, int]] = []

    def __call__(
        self, real: Sequence[Tissue], synthetic: Sequence[Tissue], seed: int
    ) -> Generator[str, None, Reader]:
        yield "half way"
        self.taught.append((len(real), len(synthetic), seed))
        return reader_of((2 * len(real) + len(synthetic) + seed) / 12)


def panel_of(*systems: Subject) -> Panel:
    train = subject("train", *map(tissue, range(4)))
    return Panel(train, subject("test", tissue(8), tissue(9)), systems, ROLES)


def judged(
    panel: Panel, pupil: Pupil, seeds: int = 2, pairs: int | None = None
) -> tuple[list[str], Json]:
    steps, notes = evaluate(panel, [utility_by(Learner("pupil", seeds, 9, pupil, pairs))]), []
    while True:
        try:
            notes.append(next(steps).note)
        except StopIteration as end:
            return notes, end.value


def test_f1_is_twice_the_hits_over_row_and_column() -> None:
    assert f1(COUNTS, 1) == pytest.approx(2 * 3 / (5 + 6))
    assert math.isnan(f1(np.diag([4, 0]), 1))


def test_two_cells_seen_as_one_have_a_known_rand_error() -> None:
    """Of pairs of pixels 12 are rightly together, 12 truly, 28 as seen; F = 24 / 40."""
    true = np.ones((2, 5), bool)
    true[:, 2] = False
    assert rand_error(true, np.ones((2, 5), bool)) == pytest.approx(0.4)
    assert rand_error(true, true) == 0


def test_a_wall_seen_through_a_cell_makes_three_parts_of_it() -> None:
    """10 pixels as 4, 2 and 4: all 13 pairs are right, of 45; F = 26 / 58."""
    seen = np.ones((2, 5), bool)
    seen[:, 2] = False
    assert rand_error(np.ones((2, 5), bool), seen) == pytest.approx(1 - 26 / 58)


def test_without_a_true_cell_there_is_no_rand_error() -> None:
    assert math.isnan(rand_error(np.zeros((2, 2), bool), np.ones((2, 2), bool)))


def test_a_perfect_reader_scores_one_and_a_blind_one_nothing() -> None:
    assert score(reader_of(1), [tissue(0), tissue(1)], ROLES) == Score(1, 1, 1, 0)
    blind = score(reader_of(0), [tissue(0)], ROLES)
    assert (blind.membrane_f1, blind.mito_f1) == (0, 0)
    assert blind.mean_iu == pytest.approx((tissue(0).masks.sum(0) == 0).mean() / 3)


def test_held_out_sections_without_organelles_have_no_f1_of_them() -> None:
    walls = tissue(8).masks[0]
    masks = np.stack([walls, np.zeros_like(walls)])
    bare = replace(tissue(8), masks=masks, image=walls.astype(np.uint8))
    panel = replace(panel_of(), test=subject("test", bare))
    figures = judged(panel, Pupil())[1]["floors"]["utility"]["real"]
    assert (figures["mito_f1"], figures["mito_f1_interval"]) == (None, None)
    assert figures["membrane_f1"] > 0


def test_each_arm_learns_from_the_sections_of_its_own_system() -> None:
    pupil = Pupil()
    made = subject("made", tissue(20), tissue(21), tissue(22), learnt=("1", "2"))
    notes, metrics = judged(panel_of(made), pupil)
    assert set(pupil.taught) == {
        (r, s, k) for r, s in ((4, 0), (2, 0), (2, 3), (0, 3)) for k in (0, 1)
    }
    figures = metrics["systems"]["made"]["utility"]
    assert (figures["sections"], figures["n"], metrics["floors"]["utility"]["sections"]) == (
        2,
        2,
        4,
    )
    assert metrics["floors"]["utility"]["real"]["mean_iu"] > figures["real"]["mean_iu"]
    assert "made: utility, both, seed 1, half way" in notes


class Plane:
    """Endless tissue of other classes in another order."""

    classes, pixel_size_nm, bounds = LabelClasses(("blob", "more", "wall")), 4.6, None

    def __getitem__(self, region: Region) -> Tissue:
        made = tissue(region.x0)
        blank = np.zeros((1, 12, 12), bool)
        masks = np.concatenate([made.masks[1:], blank, made.masks[:1]])
        return Tissue(masks, made.image, self.classes, 4.6, region)


def test_of_endless_tissue_as_many_pairs_are_learnt_from_as_are_wanted() -> None:
    pupil, stored = Pupil(), subject("stored", tissue(20), learnt=("0",))
    endless = replace(subject("endless", tissue(0), learnt=("0",)), endless=Plane())
    metrics = judged(panel_of(stored, endless), pupil, 1, 5)[1]
    assert set(pupil.taught) == {(4, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (1, 5, 0), (0, 5, 0)}
    told = [metrics["systems"][name]["utility"]["pairs"] for name in ("stored", "endless")]
    assert told == [1, 5]
    made = arms_of(panel_of(), endless, 3)["synthetic"].synthetic
    assert [part.tissue.region.x0 for part in made] == [0, 12, 24]
    np.testing.assert_array_equal(made[2].tissue.masks, tissue(24).masks)
    assert len({part.digest for part in made}) == 3


def test_gains_are_means_of_differences_seed_by_seed() -> None:
    made = subject("made", tissue(20), learnt=("0",))
    figures = judged(panel_of(made), Pupil(), 3)[1]["systems"]["made"]["utility"]
    for gain, arm in (("gain", "both"), ("gain_synthetic", "synthetic")):
        expected = figures[arm]["mean_iu"] - figures["real"]["mean_iu"]
        assert figures[gain]["mean_iu"] == pytest.approx(expected)
        low, high = figures[gain]["mean_iu_interval"]
        assert low <= expected <= high
    assert figures["gain"]["mean_iu"] > 0 > figures["gain_synthetic"]["mean_iu"]


def test_what_was_trained_before_is_not_trained_again() -> None:
    first, again = Pupil(), Pupil()
    panel = panel_of(subject("made", tissue(20), learnt=("0", "1", "2", "3")))
    found = judged(panel, first)[1]
    assert len(first.taught) == 6  # the floor is the system's own real arm
    assert judged(panel, again)[1] == found
    assert not again.taught


def test_a_run_that_was_stopped_goes_on_with_the_arms_that_are_left() -> None:
    memory, first, again = Memory(), Pupil(), Pupil()
    panel = replace(panel_of(subject("made", tissue(20), learnt=("0",))), remember=memory)
    steps = evaluate(panel, [utility_by(Learner("pupil", 2, 9, first))])
    for _ in range(6):
        next(steps)
    steps.close()
    judged(panel, again)
    assert first.taught
    assert not set(first.taught) & set(again.taught)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (subject("made", tissue(20)), "nobody knows which sections"),
        (subject("made", tissue(20), learnt=("0", "17")), "learnt from 17, not a training section"),
        (subject("made", tissue(20, image=False), learnt=("0",)), "has no images"),
    ],
)
def test_what_cannot_be_compared_is_said_and_not_measured(made: Subject, why: str) -> None:
    metrics = judged(panel_of(made), Pupil())[1]
    figures = metrics["systems"]["made"]["utility"]
    assert why in figures["why_not"]
    assert (figures["n"], figures["both"]["mean_iu"], figures["gain"]["n"]) == (0, None, 0)
    assert why in page({**metrics, "tissuegan": ""}, {})


def test_the_page_has_a_row_of_each_arm_and_the_curve_over_sections() -> None:
    systems = [
        subject("one", tissue(20), learnt=("0",)),
        subject("all", tissue(21), learnt=("0", "1", "2", "3")),
    ]
    metrics = {**judged(panel_of(*systems), Pupil())[1], "tissuegan": ""}
    drawn = charts(metrics)
    text = page(metrics, drawn)
    assert b"1 section" in drawn["utility.svg"]
    assert "one, 1 section: real and synthetic</th>" in text
    assert "all, 4 sections: synthetic less real</th>" in text
    assert "held-out sections, 4 sections: real alone</th>" in text
