"""The weights that come with the library, on the promises that are made of them."""

from pathlib import Path

import numpy as np
import pytest

import tissuegan as tg
from tissuegan.data import load_sections
from tissuegan.evaluation.seams import phase_chi2
from tissuegan.evaluation.segmentation import mean_iu, mean_nll, reading
from tissuegan.evaluation.statistics import closed_share, equivalent_diameters
from tissuegan.io.reader import reader
from tissuegan.models import load, shipped
from tissuegan.models.registry import SHIPPED

FIELDS, SIDE = 8, 1024


@pytest.fixture(scope="module")
def fields() -> np.ndarray:
    """Labels bool (FIELDS, 2, SIDE, SIDE) of the best shipped model, seeds 0 and on."""
    model = tg.load()
    region = tg.Region(0, 0, SIDE, SIDE)
    return np.stack([tg.Canvas(model, seed).masks(region) for seed in range(FIELDS)])


@pytest.fixture(scope="module")
def training(vnc: Path) -> np.ndarray:
    """Labels bool (10, 2, 1024, 1024) of the sections that it learnt from."""
    sections = load_sections(vnc, ("membrane", "mitochondrion"), slice(0, 10))
    return np.stack([section.tissue.masks for section in sections])


def test_the_best_model_is_shipped_with_a_card_and_is_small() -> None:
    assert tg.load().name in shipped()
    for name in shipped():
        folder = Path(str(SHIPPED / name))
        assert "CC BY-NC-SA 3.0" in (folder / "README.md").read_text(encoding="utf-8")
        assert sum(file.stat().st_size for file in folder.iterdir()) <= 12e6


def test_a_far_window_of_the_shipped_canvas_is_the_crop_of_a_larger_one() -> None:
    model = tg.load()
    window = tg.Region(-300, 1_000_000_007, 300, 420)
    near, far = tg.Canvas(model, 3)[window], tg.Canvas(model, 3)[window.grow(333)].crop(window)
    np.testing.assert_array_equal(near.masks, far.masks)
    assert near.image is not None
    assert far.image is not None
    np.testing.assert_array_equal(near.image, far.image)


def test_membranes_are_dark_and_lie_on_their_labels() -> None:
    tissue = tg.Canvas(tg.load(), 5)[tg.Region(0, 0, 512, 512)]
    assert tissue.image is not None
    membrane, organelle = tissue.masks
    plain = ~membrane & ~organelle
    assert tissue.image[membrane].mean() < tissue.image[plain].mean() - 40
    shifted = np.roll(membrane, (12, 12), (0, 1))
    assert tissue.image[membrane].mean() < tissue.image[shifted].mean() - 20


def greys(tissues: list[tg.Tissue]) -> list[float]:
    """Mean grey of membranes, mitochondria and what is neither, each over all pixels of it."""
    masks = np.concatenate([t.masks.reshape(2, -1) for t in tissues], axis=1)
    values = np.concatenate([np.asarray(t.image).ravel() for t in tissues])
    return [float(values[mask].mean()) for mask in (*masks, ~masks.any(axis=0))]


def test_each_class_is_as_dark_as_it_is_in_the_training_sections(vnc: Path) -> None:
    sections = load_sections(vnc, ("membrane", "mitochondrion"), slice(0, 10))
    region = tg.Region(0, 0, 768, 768)
    drawn = greys([tg.Canvas(tg.load(), seed)[region] for seed in range(4)])
    assert drawn == pytest.approx(greys([section.tissue for section in sections]), abs=8)


def test_another_seed_is_other_tissue(fields: np.ndarray) -> None:
    for first, second in ((0, 1), (1, 2), (2, 3)):
        both = (fields[first, 0] & fields[second, 0]).sum()
        either = (fields[first, 0] | fields[second, 0]).sum()
        assert both / either < 0.3


def test_cells_are_closed(fields: np.ndarray) -> None:
    assert np.mean([closed_share(field[0]) for field in fields]) >= 0.99


@pytest.mark.parametrize("channel", [0, 1])
def test_each_class_covers_the_area_that_it_covers_in_the_training_sections(
    fields: np.ndarray, training: np.ndarray, channel: int
) -> None:
    real = training[:, channel].mean()
    assert fields[:, channel].mean() == pytest.approx(real, rel=0.25)


@pytest.mark.parametrize("channel", [0, 1])
def test_no_density_depends_on_the_phase_more_than_three_times_the_real_value(
    fields: np.ndarray, training: np.ndarray, channel: int
) -> None:
    stride = 64
    real = phase_chi2(training[:FIELDS, channel], stride)
    assert phase_chi2(fields[:, channel], stride) <= 3 * real


def mean_diameter(masks: np.ndarray, channel: int) -> float:
    """Of mitochondria (1), or of cells, which are what is not membrane (0)."""
    objects = [m[1] if channel else ~m[0] for m in masks]
    return float(np.concatenate([equivalent_diameters(o, 4.6) for o in objects]).mean())


def test_cells_have_the_size_of_real_ones(fields: np.ndarray, training: np.ndarray) -> None:
    assert mean_diameter(fields, 0) == pytest.approx(mean_diameter(training, 0), rel=0.1)


def test_mitochondria_have_the_size_of_real_ones(fields: np.ndarray, training: np.ndarray) -> None:
    assert mean_diameter(fields, 1) == pytest.approx(mean_diameter(training, 1), rel=0.15)


def test_the_segmenter_reads_a_section_that_it_never_saw(vnc: Path) -> None:
    (section,) = load_sections(vnc, ("membrane", "mitochondrion"), slice(14, 15))
    found = reading(reader(load("vnc-segmenter")), section.tissue)
    assert mean_iu([found]) >= 0.82
    assert mean_nll([found]) <= 0.17
