"""Which tiles a participant sees: functions of seed, participant and page, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tissuegan.data.augment import SYMMETRIES
from tissuegan.evaluation.answers import REAL
from tissuegan.web.study.fields import Field
from tissuegan.web.study.plan import TILES, Study

__all__ = ["PRIOR", "Tile", "draw_examples", "draw_tiles"]

PRIOR = 0.5
"""The probability that a tile is synthetic, for each independently (section 5.1)."""

_TESTS, _EXAMPLES = 0, 1


@dataclass(frozen=True)
class Tile:
    """A square of a field, turned or mirrored.

    Attributes:
        system: its name; "" for real tissue.
        example: whether it is shown with its answer; tiles and examples have separate fields.
        field: number of the field, among the tests' or among the examples'.
        y: first row of the square in the field.
        x: first column.
        symmetry: 0 to 7, see :func:`tissuegan.data.augment.symmetry`.
    """

    system: str
    example: bool
    field: int
    y: int
    x: int
    symmetry: int


def draw_tiles(study: Study, participant: int, page: int) -> tuple[Tile, ...]:
    """The nine tiles of a page: each synthetic with probability 1/2, of any system alike.

    Args:
        study: what there is to draw from.
        participant: a number of the participant's own, from 1 on.
        page: from 1 on.
    """
    random = np.random.default_rng([study.seed, participant, page, _TESTS])
    systems = [
        study.systems[int(random.integers(len(study.systems)))] if random.random() < PRIOR else REAL
        for _ in range(TILES)
    ]
    return _cut(random, systems, study.tests, study.crop, example=False)


def draw_examples(study: Study, participant: int, page: int) -> tuple[Tile, ...]:
    """Labelled examples, the real ones first, the synthetic ones of each system in turn.

    Arguments are those of :func:`draw_tiles`; page 0 is the training before the first page.
    """
    random = np.random.default_rng([study.seed, participant, page, _EXAMPLES])
    n, first = study.examples_of_each, int(random.integers(len(study.systems)))
    turns = [study.systems[(first + k) % len(study.systems)] for k in range(n)]
    return _cut(random, [REAL] * n + turns, study.examples, study.crop, example=True)


def _cut(
    random: np.random.Generator,
    systems: Sequence[str],
    fields: Mapping[str, tuple[Field, ...]],
    crop: int,
    example: bool,
) -> tuple[Tile, ...]:
    tiles = []
    for system in systems:
        field = int(random.integers(len(fields[system])))
        H, W = fields[system][field].shape
        y, x = int(random.integers(H - crop + 1)), int(random.integers(W - crop + 1))
        tiles.append(Tile(system, example, field, y, x, int(random.integers(SYMMETRIES))))
    return tuple(tiles)
