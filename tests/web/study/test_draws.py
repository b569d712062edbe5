from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import chisquare

from tests.web.study.conftest import small_study
from tissuegan.data import load_images
from tissuegan.evaluation.answers import REAL
from tissuegan.web.study.draws import draw_examples, draw_tiles
from tissuegan.web.study.pictures import tile_pixels, tile_png
from tissuegan.web.study.plan import TILES, Study
from tissuegan.web.study.sources import Mode


def test_a_page_has_nine_tiles_that_depend_on_seed_participant_and_page_alone(study: Study) -> None:
    page = draw_tiles(study, 3, 2)
    assert len(page) == TILES == 9
    assert page == draw_tiles(study, 3, 2)
    assert len({page, draw_tiles(study, 4, 2), draw_tiles(study, 3, 1)}) == 3


def test_half_of_the_tiles_are_synthetic_and_the_systems_share_them(study: Study) -> None:
    tiles = [t for who in range(1, 41) for page in (1, 2, 3) for t in draw_tiles(study, who, page)]
    count = Counter(tile.system for tile in tiles)
    expected = [len(tiles) / 2, len(tiles) / 4, len(tiles) / 4]
    found = [count[REAL], count["secret-model"], count["other-model"]]
    assert chisquare(found, expected).pvalue > 0.01
    assert len({sum(t.system == REAL for t in draw_tiles(study, w, 1)) for w in range(1, 41)}) > 4
    assert set(Counter(tile.symmetry for tile in tiles)) == set(range(8))


def test_examples_are_four_and_four_from_fields_of_their_own(study: Study) -> None:
    examples = draw_examples(study, 1, 0)
    assert [tile.system == REAL for tile in examples] == [True] * 4 + [False] * 4
    assert {tile.system for tile in examples} == {REAL, "secret-model", "other-model"}
    for name, shown in study.examples.items():
        assert not {f.name for f in shown} & {f.name for f in study.tests[name]}


def test_a_tile_is_a_piece_of_its_section_turned(phantom_folder: Path, study: Study) -> None:
    tile = next(t for who in range(9) for t in draw_tiles(study, who, 1) if t.system == REAL)
    name = study.tests[REAL][tile.field].name
    section = next(s for s in load_images(phantom_folder) if s.name == name)
    piece = section.image[tile.y : tile.y + 64, tile.x : tile.x + 64]
    shown = np.array(Image.open(BytesIO(tile_png(study, tile))))
    turns = [np.rot90(p, k) for p in (piece, piece[::-1]) for k in range(4)]
    assert any(np.array_equal(shown, turned) for turned in turns)


@pytest.mark.parametrize(
    ("mode", "shape"), [("image", (64, 64)), ("label", (64, 64, 3)), ("pair", (64, 128, 3))]
)
def test_real_and_synthetic_tiles_have_one_form(
    mode: Mode, shape: tuple[int, ...], phantom_folder: Path, made_folder: Path
) -> None:
    study = small_study(phantom_folder, made_folder, mode)
    tiles = [*draw_tiles(study, 1, 1), *draw_examples(study, 1, 1)]
    assert {tile_pixels(study, tile).shape for tile in tiles} == {shape}
    chunks = {_kinds(tile_png(study, tile)) for tile in tiles}
    assert chunks == {(b"IHDR", b"IDAT", b"IEND")}
    assert study.examples_of_each == (3 if mode == "pair" else 4)


def _kinds(png: bytes) -> tuple[bytes, ...]:
    """The different chunks of a PNG, in order."""
    at, kinds = 8, []
    while at < len(png):
        kinds.append(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])
    return tuple(dict.fromkeys(kinds))
