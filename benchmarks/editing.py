"""The editing figure (Fig. 6a of the paper) for the documentation: labels, image, raw, edited."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tissuegan.editing import Edited, parse_edit
from tissuegan.editing.summary import summary
from tissuegan.io.picture import write_picture
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue

PAGE = Path(__file__).parent.parent / "docs" / "images" / "editing.png"
EDITS = (
    "close-gaps:class=membrane:max_nm=40",
    "remove-open:class=membrane",
    "remove-concave:class=mitochondrion:solidity=0.9",
)
REGION = Region(0, 0, 512, 512)
SEED = 7
RULE = 8


def row(tissue: Tissue) -> NDArray[np.uint8]:
    """Labels beside the image."""
    assert tissue.image is not None
    grey = np.repeat(tissue.image[..., None], 3, axis=-1).astype(np.uint8)
    gap = np.full((grey.shape[0], RULE, 3), 255, np.uint8)
    return np.concatenate([tissue.classes.paint(tissue.masks), gap, grey], axis=1)


def main() -> None:
    canvas = Canvas(load(), SEED)
    edited = Edited(canvas, [parse_edit(text) for text in EDITS])
    before, after = canvas[REGION], edited[REGION]
    above, below = row(before), row(after)
    gap = np.full((RULE, above.shape[1], 3), 255, np.uint8)
    write_picture(PAGE, np.concatenate([above, gap, below]))
    print("\n".join(summary(before).lines(summary(after))))
    changed = (before.image != after.image).mean() if before.image is not None else 0.0
    print(f"image pixels drawn anew: {changed:.1%}")


if __name__ == "__main__":
    main()
