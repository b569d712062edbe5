"""Thresholds that give each class the area that it has in the training sections.

A generator draws edges as slopes, and an average over training steps flattens them: where the
slope is cut decides how wide a thin structure is and whether a narrow gap is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tissuegan.data.section import Section
from tissuegan.models.completed import CompletedLabels
from tissuegan.models.completion import CompletionSynthesis
from tissuegan.region import Region
from tissuegan.sampling.render import continued

FIELDS, SIDE, FIRST_SEED = 100, 1024, 1 << 40
EVERY = 2
LIMIT = 0.6


def area_fractions(sections: Sequence[Section]) -> NDArray[np.float64]:
    """Share of all pixels that each class covers, float64 (C,)."""
    covered = sum(section.tissue.masks.sum(axis=(1, 2), dtype=np.int64) for section in sections)
    pixels = sum(section.bounds.area for section in sections)
    return np.asarray(covered, np.float64) / pixels


@runtime_checkable
class SoftLabels(Protocol):
    """A part that draws soft labels before it cuts them."""

    def soft(self, seed: int, region: Region) -> Tensor:
        """Soft labels float32 (C, H, W) in [-1, 1]."""
        ...


def thresholds(part: SoftLabels, fractions: NDArray[np.float64]) -> tuple[float, ...]:
    """The threshold of each class, in [-0.6, 0.6].

    Args:
        part: with the weights that will make the tissue.
        fractions: the share of the area that each class is to have, float64 (C,).
    """
    region = Region(0, 0, SIDE, SIDE)
    drawn = (part.soft(FIRST_SEED + k, region).numpy() for k in range(FIELDS))
    return cut([field[:, ::EVERY, ::EVERY].copy() for field in drawn], fractions)


def thresholds_in_turn(part: CompletedLabels, fractions: NDArray[np.float64]) -> tuple[float, ...]:
    """The threshold of each class of labels in two stages, as :func:`thresholds`.

    The second stage draws its classes for those of the first as these are cut then.
    """
    first = copy(part.first)
    first.thresholds = torch.tensor(thresholds(first, fractions))
    return thresholds(CompletedLabels(first, part.completion), fractions)


def completion_thresholds(
    part: CompletionSynthesis, sections: Sequence[Section]
) -> tuple[float, ...]:
    """The threshold of each class, in [-0.6, 0.6], 0 for the classes that are given.

    The made classes are drawn for the sections, continued by reflection, and cut to the area that
    they have there.
    """
    given, made = list(part.division.given), list(part.division.made)
    drawn_for = sections[:FIELDS]
    fields = [
        part.soft(FIRST_SEED + k, section.bounds, _continued(section, given)).numpy()
        for k, section in enumerate(drawn_for)
    ]
    cuts = np.zeros(len(given) + len(made))
    cuts[made] = cut(fields, area_fractions(drawn_for)[made])
    return tuple(cuts.tolist())


def _continued(section: Section, channels: Sequence[int]) -> Callable[[Region], NDArray[np.bool_]]:
    return lambda region: np.ascontiguousarray(continued(section, region)[list(channels)])


def middle(section: Section, reach: int) -> Region | None:
    """What lies further than ``reach`` pixels from a section's border; None for nothing."""
    fits = min(section.bounds.shape) > 2 * reach
    return section.bounds.grow(-reach) if fits else None


def windows(section: Section) -> Callable[[Region], NDArray[np.bool_]]:
    """The masks of a section's windows."""
    return lambda region: section[region].masks


def cut(fields: Sequence[NDArray[np.float32]], fractions: NDArray[np.float64]) -> tuple[float, ...]:
    """Where to cut each channel of soft fields (C, H, W), so that its fraction lies above."""
    levels = [
        np.quantile(np.concatenate([field[channel].ravel() for field in fields]), 1 - fraction)
        for channel, fraction in enumerate(fractions)
    ]
    return tuple(round(float(level), 4) for level in np.clip(levels, -LIMIT, LIMIT))
