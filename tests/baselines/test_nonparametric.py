from __future__ import annotations

import numpy as np
import pytest

from tests.builders import pixels
from tissuegan.baselines import resampled, resampled_cells
from tissuegan.data import Section
from tissuegan.data.augment import inverse, symmetry
from tissuegan.data.phantom import Phantom
from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

SECTIONS = [Section(f"s{k}", Phantom(k)[Region(-7, 30, 80, 96)]) for k in range(3)]


def test_a_square_is_a_window_of_the_section_that_it_names() -> None:
    for number in range(12):
        tissue = resampled(SECTIONS, 48, 1, number).tissue
        facts = tissue.provenance
        section = next(s for s in SECTIONS if s.name == facts["section"])
        y, x = map(int, facts["window"].split(","))
        window = section.tissue.crop(Region(-7 + y, 30 + x, 48, 48))
        back = inverse(int(facts["symmetry"]))
        assert np.array_equal(symmetry(tissue.masks, back), window.masks)
        assert np.array_equal(symmetry(pixels(tissue), back), pixels(window))


def test_squares_are_a_function_of_seed_and_number_and_all_sections_take_part() -> None:
    drawn = [resampled(SECTIONS, 48, 0, number) for number in range(30)]
    assert {section.tissue.provenance["section"] for section in drawn} == {"s0", "s1", "s2"}
    assert {section.tissue.provenance["symmetry"] for section in drawn} == set("01234567")
    assert drawn[4].digest == resampled(SECTIONS, 48, 0, 4).digest
    assert drawn[4].digest != resampled(SECTIONS, 48, 1, 4).digest


def test_a_square_is_a_source_like_any_other() -> None:
    section = resampled(SECTIONS, 80)
    assert isinstance(section, TissueSource)
    assert section.bounds == Region(0, 0, 80, 80)
    assert section[Region(3, 4, 5, 6)].masks.shape == (2, 5, 6)


def test_squares_larger_than_every_section_are_refused() -> None:
    with pytest.raises(UserError, match="as large as 81x81"):
        resampled(SECTIONS, 81)


def test_cells_are_those_given_turned_both_masks_alike() -> None:
    cell = np.zeros((5, 8), bool)
    cell[1:, 2:] = True
    organelle = np.zeros_like(cell)
    organelle[2, 3:6] = True
    pair = np.stack([cell, organelle])
    drawn, again = (
        [np.stack(turned).tobytes() for turned in resampled_cells([(cell, organelle)], 40, 3)]
        for _ in range(2)
    )
    assert set(drawn) == {symmetry(pair, k).tobytes() for k in range(8)}
    assert drawn == again
