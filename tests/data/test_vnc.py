from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.data.making import MASKS, blob, grey, lines, write
from tissuegan.data import PatchSampler, load_images, load_sections
from tissuegan.data.check import check
from tissuegan.errors import UserError


def published(folder: Path, count: int = 2) -> Path:
    """Folders as those of the published sections, with made-up pictures."""
    merged = np.full((40, 32), 255, np.uint8)
    merged[30:] = 159
    for k in range(count):
        name = f"{k:02}.png"
        write(folder / "raw" / f"{k:02}.tif", grey(seed=k))
        write(folder / "membranes" / name, lines())
        write(folder / "mitochondria" / name, blob().astype(np.uint8) * 29)
        write(folder / "synapses" / name, np.zeros((40, 32), np.bool_))
        write(folder / "labels" / f"labels{k:08}.png", merged)
    return folder


@pytest.mark.parametrize("inside", ["", "stack1"])
def test_the_published_folder_is_recognised_as_it_is(tmp_path: Path, inside: str) -> None:
    published(tmp_path / inside)
    sections = load_sections(tmp_path)
    assert [s.name for s in sections] == ["00", "01"]
    assert sections[0].classes.names == ("membrane", "mitochondrion")
    assert sections[0].pixel_size_nm == 4.6
    assert np.array_equal(sections[0].tissue.masks, np.stack(list(MASKS.values())))


def test_glia_and_synapses_are_there_for_the_asking(tmp_path: Path) -> None:
    glia, synapse = load_sections(published(tmp_path), ["glia", "synapse"])[1].tissue.masks
    assert np.array_equal(np.nonzero(glia.any(1))[0], range(30, 40))
    assert not synapse.any()


def test_images_of_the_published_folder_are_read_alone(tmp_path: Path) -> None:
    assert [p.name for p in load_images(published(tmp_path))] == ["00", "01"]


def test_a_missing_folder_of_a_class_is_named(tmp_path: Path) -> None:
    (published(tmp_path, 1) / "mitochondria/00.png").unlink()
    with pytest.raises(UserError, match="section 00 has no label of class mitochondrion"):
        load_sections(tmp_path)


def test_the_real_sections_have_their_known_areas(vnc: Path) -> None:
    sections = load_sections(vnc, ["membrane", "mitochondrion", "synapse", "glia"])
    assert [s.name for s in sections] == [f"{k:02}" for k in range(20)]
    assert {s.bounds.shape for s in sections} == {(1024, 1024)}
    share = np.mean([s.tissue.masks.mean((1, 2)) for s in sections], axis=0)
    assert share == pytest.approx([0.2038, 0.0539, 0.0056, 0.0285], abs=1e-4)
    first = sections[0].tissue
    assert first.image is not None
    dark, light = first.image[first.masks[0]], first.image[~first.masks.any(0)]
    assert dark.mean() + 60 < light.mean()


def test_the_real_sections_have_no_problems(vnc: Path) -> None:
    report = check(vnc)
    assert report.ok
    assert report.hints == ()
    assert report.areas["membrane"] == pytest.approx(0.2038, abs=1e-4)


def test_patches_of_the_real_sections_are_drawn(vnc: Path) -> None:
    patches = PatchSampler(load_sections(vnc, sections=slice(0, 2)), 512, 2, 0).draw(0)
    assert patches.image is not None
    assert patches.masks[:, 0].mean() == pytest.approx(0.2, abs=0.1)
