from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.making import section
from tissuegan.errors import UserError
from tissuegan.io.picture import preview, write_picture, write_preview


def test_a_preview_has_the_image_beside_the_painted_labels(tmp_path: Path) -> None:
    tissue = section((20, 30)).tissue
    assert tissue.image is not None
    write_preview(tmp_path / "p.png", tissue)
    picture = np.asarray(Image.open(tmp_path / "p.png"))
    assert picture.shape == (20, 60, 3)
    assert all(np.array_equal(picture[:, :30, k], tissue.image) for k in range(3))
    assert np.array_equal(picture[:, 30:], tissue.classes.paint(tissue.masks, tissue.image))


def test_sixteen_bits_are_shown_from_darkest_to_brightest() -> None:
    tissue = section(dtype="uint16").tissue
    assert tissue.image is not None
    dim = replace(tissue, image=(tissue.image // 64 + 1000).astype(np.uint16))
    shown = preview(dim)[:, :32, 0]
    assert (shown.min(), shown.max()) == (0, 255)


def test_labels_without_an_image_are_shown_alone() -> None:
    tissue = section(dtype=None).tissue
    assert np.array_equal(preview(tissue), tissue.classes.paint(tissue.masks))


def test_a_picture_replaces_an_earlier_one(tmp_path: Path) -> None:
    for value in (3, 200):
        write_picture(tmp_path / "new/p.png", np.full((4, 5, 3), value, np.uint8))
    assert np.asarray(Image.open(tmp_path / "new/p.png")).max() == 200
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["p.png"]


def test_the_same_picture_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_preview(tmp_path / name, section().tissue)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"p\.jpg is no PNG file"):
        write_preview(tmp_path / "p.jpg", section().tissue)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_preview(tmp_path / "file/p.png", section().tissue)
