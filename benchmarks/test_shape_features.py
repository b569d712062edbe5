"""The 89 features against the straightforward library call for each of them.

Made-up cells are as large as those of the VNC sections on average, 51 pixels across. Those that
have a mitochondrion, which alone are measured there, are larger (129 pixels, median); they are
timed where ``TISSUEGAN_VNC`` names the sections. The time is that of one core, whatever else the
machine does.
"""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Any

import mahotas
import numpy as np
import pytest
from scipy import ndimage
from skimage.feature import canny
from skimage.measure import euler_number, regionprops
from skimage.morphology import convex_hull_image
from skimage.transform import resize

from tissuegan.data import load_labels
from tissuegan.evaluation.shape import shape_table
from tissuegan.evaluation.shape.images import Mask
from tissuegan.evaluation.shape.outline import pictures
from tissuegan.evaluation.tables import cells_of
from tissuegan.objects.instances import Roles

CELLS = 40
LEAST_CELLS_A_SECOND = 100


def cells() -> list[tuple[Mask, Mask]]:
    """Wobbly cells of 51 pixels' mean diameter, each with one or two organelles."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:90, :90] - 44.5
    angle, away = np.arctan2(y, x), np.hypot(y, x)
    found = []
    for _ in range(CELLS):
        waves = random.normal(0, (4, 2, 1)) @ np.cos(
            np.multiply.outer([2, 3, 5], angle) + random.uniform(0, 7, (3, 1, 1))
        ).reshape(3, -1)
        cell = away < 25.5 + waves.reshape(90, 90)
        centres = random.uniform(-10, 10, (random.integers(1, 3), 2))
        organelle = np.any([np.hypot(y - a, x - b) < 6 for a, b in centres], axis=0)
        found.append((cell, organelle & cell))
    return found


def straightforward(cell: Mask, organelle: Mask) -> int:
    """What one would call for the features one after another; the number of values."""
    pair = pictures(cell, organelle, "V2")
    assert pair is not None
    image, reference = pair
    labels, count = ndimage.label(image, np.ones((3, 3)))
    numbers = range(1, count + 1)
    values: list[Any] = [count, euler_number(image, connectivity=2)]
    for number in numbers:
        skeleton = mahotas.thin(labels == number)
        hull = mahotas.polygon.fill_convexhull(skeleton)
        crossing = ndimage.convolve(skeleton.astype(int), [[0, 1, 0], [1, 0, 1], [0, 1, 0]])
        values += [skeleton.sum(), hull.sum(), (skeleton & (crossing >= 3)).sum()]
    values += ndimage.center_of_mass(image, labels, numbers)
    values += ndimage.center_of_mass(reference)
    convex = convex_hull_image(image)
    values += [regionprops(convex.astype(int))[0].eccentricity, mahotas.bwperim(convex, 4).sum()]
    values += list(mahotas.features.zernike_moments(image, 150, degree=12))
    small = resize(image.astype(float), [n // 5 for n in image.shape], anti_aliasing=True)
    grey = np.minimum(255, 256 * small / small.max()).astype(np.uint8)
    values += list(mahotas.features.haralick(grey, ignore_zeros=True, return_mean=True))
    north = ndimage.correlate(image.astype(float), [[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    west = ndimage.correlate(image.astype(float), [[1, 0, -1]] * 3)
    values += [canny(image.astype(float), np.sqrt(2)).sum()]
    values += list(np.histogram(np.arctan2(north, west)[(north != 0) | (west != 0)], 8)[0])
    return len(values)


def own_cells() -> list[tuple[Mask, Mask]]:
    """The cells with a mitochondrion of the VNC training sections."""
    sections = load_labels(Path(os.environ["TISSUEGAN_VNC"]))[:10]
    tissues = [section.tissue for section in sections]
    return list(cells_of(tissues, Roles.of(tissues[0].classes)))


def note_speed(benchmark: Any, cells: int = CELLS) -> float:
    """Cells a second, kept with the benchmark; endless where nothing is timed."""
    speed = cells / benchmark.stats["min"] if benchmark.enabled else math.inf
    benchmark.extra_info["cells_a_second"] = speed
    return float(speed)


@pytest.mark.benchmark(group="shape features", timer=time.process_time)
def test_the_shape_table_measures_a_hundred_cells_a_second(benchmark: Any) -> None:
    table = benchmark.pedantic(shape_table, (cells(),), rounds=5)
    assert len(table) == CELLS
    assert note_speed(benchmark) >= LEAST_CELLS_A_SECOND


@pytest.mark.benchmark(group="shape features", timer=time.process_time)
def test_the_straightforward_calls_for_comparison(benchmark: Any) -> None:
    benchmark.pedantic(lambda: [straightforward(*cell) for cell in cells()], rounds=2)
    note_speed(benchmark)


@pytest.mark.skipif("TISSUEGAN_VNC" not in os.environ, reason="TISSUEGAN_VNC names no sections")
@pytest.mark.benchmark(group="shape features", timer=time.process_time)
def test_the_sections_own_cells_take_a_third_of_the_straightforward_time(benchmark: Any) -> None:
    found = own_cells()
    start = time.process_time()
    for cell in found:
        straightforward(*cell)
    straight = time.process_time() - start
    benchmark.pedantic(shape_table, (found,), rounds=5)
    note_speed(benchmark, len(found))
    if benchmark.enabled:
        benchmark.extra_info["straightforward_cells_a_second"] = len(found) / straight
        assert benchmark.stats["min"] < straight / 3
