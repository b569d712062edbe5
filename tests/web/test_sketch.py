from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.builders import write_tiny_model
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.web.opening import open_exhibits


def test_a_sketch_is_the_canvas_but_for_rounding(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "tiny")
    (exhibit,) = open_exhibits([str(tmp_path / "tiny")])
    region = Region(-37, 300, 64, 80)
    assert exhibit.sketch is not None
    sketch = exhibit.sketch(5)[region]
    tissue = Canvas(load(tmp_path / "tiny"), 5)[region]
    assert sketch.image is not None
    assert tissue.image is not None
    assert (sketch.masks != tissue.masks).mean() < 1e-3
    assert np.abs(sketch.image.astype(int) - tissue.image).max() <= 1
    assert tissue.image.std() > 1
