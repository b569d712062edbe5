"""Values of the Murphy lab's published feature code; see tests/data/slf-vectors/README.md."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from skimage.io import imread

from tissuegan.evaluation.shape import FEATURES, haralick, shape_features
from tissuegan.evaluation.shape.hull import hull_mask, rim_of

HERE = Path(__file__).parents[2] / "data" / "slf-vectors"
BESIDE = Path(__file__).parents[4] / "shared" / "data" / "slf-vectors"
LOOSE = {
    "SLF7.81:obj_skel_hull_area_ratio": 0.3,
    "SLF1.14:convex_hull:fraction_of_overlap": 0.04,
    "SLF1.15:convex_hull:shape_factor": 0.03,
    "SLF1.16:convex_hull:eccentricity": 0.01,
    "SLF1.9:edges:area_fraction": 0.09,
}
"""Relative tolerances where the values depend on how a polygon or Canny's edges are drawn."""


def further() -> Path:
    return Path(os.environ.get("TISSUEGAN_SLF_VECTORS", BESIDE))


def vectors(folder: Path, case: str) -> tuple[pd.Series, pd.Series]:
    """(what the features are, what they should be) of one case."""
    image = imread(folder / f"{case}_prot.png")
    reference = imread(folder / f"{case}_dna.png") > 0
    known = pd.read_csv(folder / "slf89.csv", index_col=0).loc[case]
    return pd.Series(shape_features(image, reference), list(FEATURES)), known


def agree(found: pd.Series, known: pd.Series) -> None:
    assert list(found.index) == list(known.index)
    for name, value in known.items():
        tolerance = LOOSE.get(str(name), 2e-5 if name in haralick.NAMES else 1e-9)
        assert found[name] == pytest.approx(value, rel=tolerance, abs=1e-9), name


@pytest.mark.parametrize("case", ["synth_cellmito", "synth_gray", "synth_mitocell"])
def test_the_features_of_drawn_shapes_are_those_of_the_published_code(case: str) -> None:
    agree(*vectors(HERE, case))


@pytest.mark.parametrize("kind", ["cellmito", "gray", "mitocell"])
@pytest.mark.parametrize("cell", range(3))
def test_the_features_of_real_cells_are_those_of_the_published_code(cell: int, kind: str) -> None:
    case = f"vnc_s00_{cell}_{kind}"
    if not (further() / f"{case}_prot.png").exists():
        pytest.skip("no TISSUEGAN_SLF_VECTORS: real cells are under a licence of their own")
    agree(*vectors(further(), case))


def test_the_hull_is_off_by_less_than_its_rim() -> None:
    found, known = vectors(HERE, "synth_cellmito")
    mask = imread(HERE / "synth_cellmito_prot.png") > 0
    name = "SLF1.14:convex_hull:fraction_of_overlap"
    areas = mask.sum() / np.array([found[name], known[name]])
    assert abs(areas[0] - areas[1]) < rim_of(hull_mask(mask)).sum()
