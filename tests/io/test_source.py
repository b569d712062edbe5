from __future__ import annotations

from pathlib import Path

import pytest

from tissuegan.errors import UserError
from tissuegan.io.source import is_model, open_sources
from tissuegan.models.registry import BEST
from tissuegan.region import Region


def test_a_shipped_model_is_a_canvas_a_seed() -> None:
    named = open_sources(BEST, seed=3, count=2)
    assert [n.name.rpartition(" ")[2] for n in named] == ["3", "4"]
    assert all(n.source.bounds is None for n in named)


def test_a_dataset_folder_is_its_sections(phantom_folder: Path) -> None:
    named = open_sources(str(phantom_folder))
    assert len(named) > 1
    assert named[0].source[Region(0, 0, 8, 8)].masks.shape[1:] == (8, 8)


def test_a_folder_of_sections_is_no_model(phantom_folder: Path) -> None:
    assert not is_model(str(phantom_folder))


def test_an_unknown_name_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no source"):
        open_sources(str(tmp_path / "nowhere"))
