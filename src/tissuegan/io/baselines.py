"""The baselines as subjects of an evaluation, fitted on the training sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tissuegan.baselines import ParametricModel, resampled, resampled_cells
from tissuegan.data.section import Section
from tissuegan.evaluation.panel import Cells, Field, Subject
from tissuegan.evaluation.tables import cells_of
from tissuegan.objects import Roles
from tissuegan.region import Region
from tissuegan.tissue import Tissue
from tissuegan.version import __version__

Mask = NDArray[np.bool_]
Pair = tuple[Mask, Mask]

CELLS_A_FIELD, FIELDS = 20, 10
_GAP = 12


def non_parametric(train: Subject, roles: Roles, seed: int = 0) -> Subject:
    """Training sections again: for each of them a square, at a random place and turned.

    Its single cells are those of the training sections, drawn with replacement and turned.
    """
    side = min(min(tissue.region.shape) for tissue in train.tissues)
    sections = [Section(part.name, part.tissue) for part in train.fields]

    def square(number: int) -> Field:
        return Field(
            f"square {number}",
            _digest("non-parametric", train, seed, number, side),
            lambda: resampled(sections, side, seed, number).tissue,
        )

    return Subject(
        "non-parametric",
        tuple(square(k) for k in range(len(sections))),
        cells=_drawn_again(train, roles, seed) if roles.organelles else None,
        learnt=tuple(part.name for part in train.fields),
    )


def parametric(train: Subject, roles: Roles, seed: int = 0) -> Subject:
    """Cells of the shape model of Zhao & Murphy: ten fields of 20 cells laid side by side."""

    @cache
    def model() -> ParametricModel:
        return ParametricModel.fit(cells_of(train.tissues, roles))

    def cells(number: int) -> Iterator[Pair]:
        drawn = model().cells(seed + number, 2**62)
        return ((each.cell, each.organelle) for each in drawn)

    def row(number: int) -> Field:
        return Field(
            f"cells {number}",
            _digest("parametric", train, seed, number, CELLS_A_FIELD),
            lambda: _laid_out(list(islice(cells(number), CELLS_A_FIELD)), train, roles),
        )

    return Subject("parametric", tuple(row(k) for k in range(FIELDS)), cells=cells, laid_out=True)


BASELINES: dict[str, Callable[[Subject, Roles, int], Subject]] = {
    "parametric": parametric,
    "non-parametric": non_parametric,
}
"""The words that stand for a baseline in place of a source."""


def _drawn_again(train: Subject, roles: Roles, seed: int) -> Cells:
    known = cache(lambda: list(cells_of(train.tissues, roles)))
    return lambda number: resampled_cells(known(), 2**62, seed + number) if known() else iter(())


def _laid_out(cells: Sequence[Pair], train: Subject, roles: Roles) -> Tissue:
    """A tissue of cells in a row with boundary all around them, so that each is found again."""
    like = train.fields[0].tissue
    height = max(len(cell) for cell, _ in cells) + 2 * _GAP
    masks = np.zeros(
        (len(like.classes), height, sum(cell.shape[1] + _GAP for cell, _ in cells) + _GAP), bool
    )
    outside, inside = (like.classes.index(name) for name in (roles.boundary, roles.organelles[0]))
    masks[outside] = True
    x = _GAP
    for cell, organelle in cells:
        place = slice(_GAP, _GAP + cell.shape[0]), slice(x, x + cell.shape[1])
        masks[outside][place] = ~cell
        masks[inside][place] = organelle
        x += cell.shape[1] + _GAP
    facts = {"model": "parametric baseline"}
    region = Region(0, 0, *masks.shape[1:])
    return Tissue(masks, None, like.classes, like.pixel_size_nm, region, facts)


def _digest(name: str, train: Subject, seed: int, *numbers: int) -> str:
    facts = (name, __version__, train.digest, str(seed), *map(str, numbers))
    return sha256("\0".join(facts).encode()).hexdigest()
