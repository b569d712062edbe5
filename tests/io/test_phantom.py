from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tissuegan.data import load_sections
from tissuegan.data.check import check
from tissuegan.data.phantom import Phantom
from tissuegan.errors import UserError
from tissuegan.io.phantom import write_phantom
from tissuegan.region import Region


def test_the_phantom_is_written_as_a_sound_dataset(phantom_folder: Path) -> None:
    assert check(phantom_folder).ok
    sections = load_sections(phantom_folder)
    assert [s.name for s in sections] == ["00", "01", "02"]
    for k, section in enumerate(sections):
        made = Phantom(5 + k)[Region(0, 0, 256, 320)]
        assert section.tissue.image is not None
        assert made.image is not None
        assert np.array_equal(section.tissue.masks, made.masks)
        assert np.array_equal(section.tissue.image, made.image)


def test_a_phantom_that_was_interrupted_ends_with_the_same_bytes(tmp_path: Path) -> None:
    list(write_phantom(tmp_path / "whole", 2, (64, 70), 1))
    steps = write_phantom(tmp_path / "parts", 2, (64, 70), 1)
    next(steps)
    next(steps)
    del steps
    list(write_phantom(tmp_path / "parts", 2, (64, 70), 1))
    whole = sorted(p for p in (tmp_path / "whole").rglob("*") if p.is_file())
    parts = sorted(p for p in (tmp_path / "parts").rglob("*") if p.is_file())
    assert [p.read_bytes() for p in whole] == [p.read_bytes() for p in parts]


def test_another_phantom_is_not_written_over(tmp_path: Path) -> None:
    list(write_phantom(tmp_path, 1, (20, 20), 1))
    with pytest.raises(UserError, match="is there"):
        list(write_phantom(tmp_path, 1, (20, 20), 2))


@pytest.mark.parametrize(
    ("sections", "size", "seed"),
    [(0, (9, 9), 0), (1, (0, 9), 0), (1, (9, 9), -1), (2, (9, 9), 2**64 - 1)],
)
def test_numbers_out_of_range_are_refused(
    tmp_path: Path, sections: int, size: tuple[int, int], seed: int
) -> None:
    with pytest.raises(UserError, match="cannot be made"):
        list(write_phantom(tmp_path, sections, size, seed))


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        list(write_phantom(tmp_path / "file", 1, (9, 9), 0))
