from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tissuegan.data import load_sections
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.evaluation.segmentation import Reader, readable
from tissuegan.io.utility import count_of, learner, mixed
from tissuegan.tissue import Tissue
from tissuegan.training.recipe import load_recipe

TINY = {
    "utility.smoke": "true",
    "utility.steps": "2",
    "utility.crop": "64",
    "utility.segmenter.widths": "[4, 4, 4, 4, 4, 4]",
}


@pytest.fixture(scope="module")
def sections(phantom_folder: Path) -> tuple[Section, ...]:
    return load_sections(phantom_folder)


def learnt(real: list[Tissue], synthetic: list[Tissue], seed: int = 0) -> tuple[list[str], Reader]:
    steps, notes = learner(TINY).learn(real, synthetic, seed), []
    while True:
        try:
            notes.append(next(steps))
        except StopIteration as end:
            return notes, end.value


def test_a_segmenter_learns_and_reads_and_the_seed_decides(sections: tuple[Section, ...]) -> None:
    one, other = sections[0].tissue, sections[1].tissue
    assert one.image is not None
    notes, reader = learnt([one], [other])
    assert notes == [f"step {k} of 2" for k in range(2)]
    assert readable(reader, one)
    seen = reader.read(one.image)
    assert seen.shape == one.masks.shape
    np.testing.assert_array_equal(learnt([one], [other])[1].read(one.image), seen)
    assert (learnt([one], [other], 1)[1].read(one.image) != seen).any()
    assert (learnt([one], [])[1].read(one.image) != seen).any()


def test_halves_of_a_batch_are_real_and_synthetic(sections: tuple[Section, ...]) -> None:
    recipe = load_recipe("segmenter", {"crop": "64", "batch": "3"})
    real, made = sections[:1], [Section("m", _black(sections[1].tissue))]
    patches = mixed(recipe, [real, made]).draw(5)
    assert patches.image is not None
    assert patches.masks.shape[0] == 3
    assert [bool((image == -1).all()) for image in patches.image] == [False, False, True]
    assert mixed(recipe, [made]).draw(0).masks.shape[0] == 3


def test_a_mixture_is_for_one_process(sections: tuple[Section, ...]) -> None:
    recipe = load_recipe("segmenter", {"crop": "64"})
    with pytest.raises(ValueError, match="one process"):
        mixed(recipe, [sections]).draw(0, 0, 2)


def test_settings_decide_the_digest_and_seeds_do_not() -> None:
    usual = learner({})
    assert (usual.seeds, usual.patches) == (5, 2000)
    assert learner({"utility.seeds": "2"}).digest == usual.digest
    assert (usual.pairs, learner({"utility.pairs": "40"}).pairs) == (None, 40)
    assert learner({"utility.steps": "9"}).digest != usual.digest


def test_all_arms_compute_in_the_arithmetic_that_is_chosen_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = iter(["32-true", "bf16-mixed"])
    monkeypatch.setattr("tissuegan.io.utility.precision", lambda *_: next(chosen))
    one, other = learner({}), learner({})
    assert "32-true" in one.digest
    assert "bf16-mixed" in other.digest


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("steps", "9", "utility.steps"),
        ("utility.seeds", "0", "from 1 on"),
        ("utility.seeds", "many", "from 1 on"),
        ("utility.pairs", "-1", "from 1 on"),
        ("utility.batch", "1", "at least 2"),
        ("utility.beauty", "1", "beauty"),
    ],
)
def test_wrong_settings_are_told(key: str, value: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        learner({key: value})


def _black(tissue: Tissue) -> Tissue:
    assert tissue.image is not None
    return replace(tissue, image=np.zeros_like(tissue.image))


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "many", "", "²"])
def test_what_is_no_count_is_refused_by_name(text: str) -> None:
    with pytest.raises(UserError, match="--set support.pool=.*: give a whole number from 1 on"):
        count_of("support.pool", text)


def test_grey_levels_of_sixteen_bits_are_mapped_alike_in_both_halves(
    sections: tuple[Section, ...],
) -> None:
    recipe = load_recipe("segmenter", {"crop": "64", "batch": "2"})
    parts = [
        [Section("s", _flat(s.tissue, top))]
        for s, top in zip(sections[:2], (400, 1000), strict=True)
    ]
    patches = mixed(recipe, parts).draw(0)
    assert patches.image is not None
    np.testing.assert_allclose(patches.image[0].max(), -1 + 2 * 400 / 1000)
    np.testing.assert_allclose(patches.image[1].max(), 1)


def _flat(tissue: Tissue, top: int) -> Tissue:
    image = np.full(tissue.region.shape, top, np.uint16)
    image[::2] = 0
    return replace(tissue, image=image)
