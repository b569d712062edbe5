"""The parametric baseline: single cells with one organelle, from two fitted shapes.

The model of Zhao & Murphy (Cytometry A, 2007), with the organelle in the place of the nucleus, as
in the paper (section 5, "Parametric baseline"): it makes one cell at a time and no tissue. Facts
3.1 and 3.2 are followed step by step. Organelle and ratio are drawn independently, and only ratios
above 1 all around are kept, so that its cells are larger than those that it was fitted to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tissuegan.baselines.parametric.axes import largest, major_angle, turned
from tissuegan.baselines.parametric.medial import shape_of, shape_parameters
from tissuegan.baselines.parametric.normal import Normal
from tissuegan.baselines.parametric.ratio import RatioModel, degrees, radius_ratios
from tissuegan.baselines.parametric.rays import centre_of, directions, ray_lengths
from tissuegan.errors import UserError

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

FEWEST = 10
"""Cells that a model is fitted to at least."""
LIMIT = 10_000
"""Draws after which a model is said to make no cells."""
CANVAS = 1024
"""Cells larger than this many pixels are drawn again: the paper's cells lie on such a canvas."""

_LENGTH_AND_AXIS = 6


@dataclass(frozen=True, eq=False)
class SyntheticCell:
    """A cell that was drawn, and how often it was drawn in vain.

    Attributes:
        cell: filled, bool (h, w), its bounding box.
        organelle: inside the cell, bool (h, w).
        vain_organelles: organelles drawn that were no shape around their centre.
        vain_cells: cells drawn that did not hold the organelle or were too large.
    """

    cell: Mask
    organelle: Mask
    vain_organelles: int
    vain_cells: int


@dataclass(frozen=True, eq=False)
class ParametricModel:
    """Two independent shapes of the organelle's, and the cell's ratio to it.

    Attributes:
        length_and_axis: of L and five coefficients (facts 3.1, N_6).
        width: of five coefficients (N_5).
        ratios: of the cell.
        fitted: cells that it was fitted to.
        skipped: cells that it could not be fitted to: too short an organelle, or one that does not
            hold its centre.
    """

    length_and_axis: Normal
    width: Normal
    ratios: RatioModel
    fitted: int
    skipped: int

    @classmethod
    def fit(cls, cells: Iterable[tuple[Mask, Mask]]) -> ParametricModel:
        """From (filled cell, organelle) masks bool (h, w); of several organelles the largest.

        Raises:
            UserError: fewer than ten cells can be fitted to.
        """
        measured = [_measured(cell, organelle) for cell, organelle in cells]
        kept = [pair for pair in measured if pair is not None]
        if len(kept) < FEWEST:
            raise UserError(
                f"the parametric model needs {FEWEST} cells with an organelle to be fitted to and "
                f"finds {len(kept)}; give more training sections"
            )
        shapes, ratios = np.array([pair[0] for pair in kept]), np.array([pair[1] for pair in kept])
        return cls(
            Normal.fit(shapes[:, :_LENGTH_AND_AXIS]),
            Normal.fit(shapes[:, _LENGTH_AND_AXIS:]),
            RatioModel.fit(ratios),
            fitted=len(kept),
            skipped=len(measured) - len(kept),
        )

    def draw(self, seed: int, number: int = 0) -> SyntheticCell:
        """Cell ``number`` of a seed, turned by an angle at random.

        Raises:
            UserError: the model makes no shapes, or none that fit together.
        """
        random = np.random.default_rng([seed, number])
        organelle, vain_organelles = self._organelle(random)
        centre = centre_of(organelle)
        inner = ray_lengths(organelle, centre)
        shift, turn = degrees(major_angle(organelle)), float(random.uniform(0, 2 * np.pi))
        for vain, ratios in enumerate(_above_one(self.ratios, random)):
            if ratios is not None:
                outer = np.roll(ratios, shift) * inner
                cell, inside = _drawn(organelle, centre, outer, turn)
                if max(cell.shape) <= CANVAS:
                    return SyntheticCell(cell, inside, vain_organelles, vain)
        raise UserError("the parametric model draws no cell that holds its organelle; " + _ADVICE)

    def cells(self, seed: int, count: int) -> Iterator[SyntheticCell]:
        """The first cells of a seed."""
        return (self.draw(seed, number) for number in range(count))

    def _organelle(self, random: np.random.Generator) -> tuple[Mask, int]:
        """An upright organelle that holds its centre, and the number drawn in vain."""
        for vain in range(LIMIT):
            parts = self.length_and_axis.draw(random, 1)[0], self.width.draw(random, 1)[0]
            shape = shape_of(np.concatenate(parts))
            if shape is not None and ray_lengths(shape, centre_of(shape)).min() > 0:
                return shape, vain
        raise UserError("the parametric model draws no organelle that is a shape; " + _ADVICE)


_ADVICE = "fit it to more cells, or to cells that are more alike"


@dataclass(frozen=True)
class Rejections:
    """Shares of what was drawn that was drawn in vain, from 0 to 1, over ``n`` cells."""

    organelles: float
    cells: float
    n: int


def rejections(cells: Sequence[SyntheticCell]) -> Rejections:
    """How much of what the model draws is no cell."""
    n = len(cells)
    organelles, ratios = (
        sum(cell.vain_organelles for cell in cells),
        sum(cell.vain_cells for cell in cells),
    )
    return Rejections(organelles / max(n + organelles, 1), ratios / max(n + ratios, 1), n)


def _measured(cell: Mask, organelle: Mask) -> tuple[Floats, Floats] | None:
    """The 11 numbers of a cell's largest organelle, and its 360 ratios, where there are any."""
    if not organelle.any():
        return None
    main = largest(organelle)
    shape = shape_parameters(main)
    ratios = None if shape is None else radius_ratios(cell, main)
    return None if shape is None or ratios is None else (shape, ratios)


def _above_one(model: RatioModel, random: np.random.Generator) -> Iterator[Floats | None]:
    """Ratios as they are drawn; None in place of those that are not all above 1."""
    for _ in range(0, LIMIT, 100):
        for ratios in model.draw(random, 100):
            yield ratios if ratios.min() > 1 else None


def _drawn(
    organelle: Mask, centre: tuple[int, int], outer: Floats, turn: float
) -> tuple[Mask, Mask]:
    """Cell and organelle, turned, in the bounding box of the cell.

    Args:
        organelle: upright, bool (h, w).
        centre: of the organelle.
        outer: the cell's radius at 360 angles about the centre, float64 (360,).
        turn: in radians.
    """
    near = int(np.hypot(*organelle.shape)) + 1
    reach = max(int(outer.max()) + 2, near)
    inside = np.pad(turned(organelle, turn, centre, near), reach - near)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = (directions() * outer[:, None]) @ spin + reach
    cell = _filled(corners, len(inside)) | inside
    rows, columns = (np.flatnonzero(cell.any(axis=k)) for k in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return cell[box], inside[box]


def _filled(corners: Floats, side: int) -> Mask:
    """The polygon with corners (row, column), float64 (n, 2), bool (side, side)."""
    canvas = Image.new("1", (side, side))
    ImageDraw.Draw(canvas).polygon([(x, y) for y, x in corners.tolist()], fill=1)
    return np.array(canvas)
