"""The non-parametric baseline: training sections again, at another place and another way round.

"Selecting a random image from the training set" (paper, section 5): realistic by construction, and
without anything new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tissuegan.data import Section
from tissuegan.data.augment import SYMMETRIES, symmetry
from tissuegan.errors import UserError
from tissuegan.region import Region

Mask = NDArray[np.bool_]


def resampled(sections: Sequence[Section], side: int, seed: int = 0, number: int = 0) -> Section:
    """A square of a training section, drawn at random and turned by one of eight symmetries.

    Every section that is large enough is as likely as another, and so is every place in it.

    Args:
        sections: of the training set.
        side: of the square, in pixels.
        seed: with the number, decides which square.
        number: of the square.

    Returns:
        A source of ``side`` x ``side`` pixels from (0, 0) on, whose provenance says what it is.

    Raises:
        UserError: no section is as large as the square.
    """
    wide = [section for section in sections if min(section.bounds.shape) >= side]
    if not wide:
        raise UserError(
            f"No training section is as large as {side}x{side} pixels; ask for smaller squares."
        )
    random = np.random.default_rng([seed, number])
    section = wide[random.integers(len(wide))]
    bounds, k = section.bounds, int(random.integers(SYMMETRIES))
    y, x = (int(random.integers(length - side + 1)) for length in bounds.shape)
    tissue = section[Region(bounds.y0 + y, bounds.x0 + x, side, side)]
    facts = {"model": "non-parametric baseline", "section": section.name}
    turned = replace(
        tissue,
        masks=symmetry(tissue.masks, k),
        image=None if tissue.image is None else symmetry(tissue.image, k),
        region=Region(0, 0, side, side),
        provenance={**facts, "window": f"{y},{x}", "symmetry": str(k), "seed": str(seed)},
    )
    return Section(f"resampled {number}", turned)


def resampled_cells(
    cells: Sequence[tuple[Mask, Mask]], count: int, seed: int = 0
) -> Iterator[tuple[Mask, Mask]]:
    """Single training cells drawn with replacement, each turned by one of eight symmetries.

    Args:
        cells: (filled cell, organelle), bool (h, w) each, at least one.
        count: of cells to draw.
        seed: decides which.
    """
    for number in range(count):
        random = np.random.default_rng([seed, number])
        cell, organelle = cells[int(random.integers(len(cells)))]
        k = int(random.integers(SYMMETRIES))
        yield symmetry(cell, k), symmetry(organelle, k)
