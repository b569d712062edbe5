"""Whether a source repeats its training sections: the nearest training patch of each patch.

A patch is compared with every place of every training section, in all eight symmetries of the
square, and its distance to the nearest is set against the same distance of real patches that were
not trained on (the floor): a source that copies comes nearer than new tissue can.

Labels are compared and not images, because labels are what decides the tissue; and by the
intersection over union, so that distances are those of the birthday test. Labels are reduced first,
which loses where exactly within a block an edge lay; so blocks keep the *share* that was set, and
the IU of shares a and b is <a, b> / (<a, a> + <b, b> - <a, b>) (Tanimoto), which is the IU where
shares are 0 and 1. Sums over all places are correlations, by FFT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.stats import mannwhitneyu

from tissuegan.data.augment import SYMMETRIES, symmetry
from tissuegan.evaluation.atoms import FACTOR, SIDE, shares

Masks = NDArray[np.bool_]
Shares = NDArray[np.float32]

_EMPTY = 1e-2  # of a block: below, a union is rounding of the transforms


@dataclass(frozen=True)
class Match:
    """The nearest training patch of a patch.

    Attributes:
        distance: 1 - IU, from 0 (a copy) to 1 (nothing in common).
        section: the place of the section among those of the index.
        y: first row of the nearest patch in its section, in pixels before reducing.
        x: first column.
        symmetry: ``symmetry(patch, k)`` is what looks like the training patch.
    """

    distance: float
    section: int
    y: int
    x: int
    symmetry: int


@dataclass(frozen=True, eq=False)
class _Searched:
    """A training section: spectrum complex64 (C, h, w'), and <a, a> of each window, float32."""

    shape: tuple[int, int]
    spectrum: NDArray[np.complex64]
    power: Shares


@dataclass(frozen=True, eq=False)
class Training:
    """Training sections made ready for the search for square patches of one size.

    Attributes:
        side: of a patch in pixels, a multiple of ``factor``.
        factor: pixels a side of a block.
        searched: one a section, in order.
    """

    side: int
    factor: int
    searched: tuple[_Searched, ...]

    @classmethod
    def of(cls, masks: Iterable[Masks], side: int = SIDE, factor: int = FACTOR) -> Training:
        """From the masks bool (C, H, W) of each section.

        Raises:
            ValueError: the side is no multiple of the factor, or a section is smaller than it.
        """
        if side % factor or side < factor:
            raise ValueError(f"a side of {side} pixels is not of whole blocks of {factor}")
        sections = [shares(section, factor) for section in masks]
        return cls(side, factor, tuple(_searched(each, side // factor) for each in sections))


@dataclass(frozen=True)
class Copying:
    """What the distances of a source's patches say beside those of held-out patches.

    Attributes:
        nearest_distance: the median of the patches' distances.
        low: the 2.5th percentile of that median over 1,000 bootstrap samples of patches.
        high: the 97.5th.
        floor: the median of the held-out patches' distances.
        copied: the share of patches that are nearer than every held-out patch.
        p_value: of a rank test (Mann-Whitney, one-sided) that the patches lie no nearer to the
            training sections than held-out patches do. It takes patches as independent; patches
            at one place of neighbouring sections are not.
        n: patches.
        n_floor: held-out patches.
    """

    nearest_distance: float
    low: float
    high: float
    floor: float
    copied: float
    p_value: float
    n: int
    n_floor: int


def nearest(patch: Masks, training: Training) -> Match:
    """The nearest training patch over all sections, shifts by whole blocks and symmetries.

    A seventh of a second of one core for a patch of 256 x 256 pixels and ten sections of
    1024 x 1024 in blocks of 4.

    Args:
        patch: bool (C, side, side), with the classes of the training sections.
        training: at least one section.

    Raises:
        ValueError: a patch of another size.
    """
    if patch.shape[1:] != (training.side, training.side):
        raise ValueError(f"the patches here have a side of {training.side}, not {patch.shape[1:]}")
    small = shares(patch, training.factor)
    found = [
        _match(symmetry(small, k), training, number, k)
        for number in range(len(training.searched))
        for k in range(SYMMETRIES)
    ]
    return min(found, key=lambda match: match.distance)


def copying(distances: Sequence[float], held_out: Sequence[float], seed: int = 0) -> Copying:
    """Sets the distances of a source's patches against those of held-out real patches.

    Args:
        distances: of the source's patches, at least one.
        held_out: of held-out patches of the same size, at least one.
        seed: of the bootstrap.
    """
    found, floor = np.array(distances), np.array(held_out)
    drawn = np.random.default_rng([seed, 1000]).choice(found, (1000, len(found)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
    return Copying(
        nearest_distance=float(np.median(found)),
        low=float(low),
        high=float(high),
        floor=float(np.median(floor)),
        copied=float((found < floor.min()).mean()),
        p_value=float(mannwhitneyu(found, floor, alternative="less").pvalue),
        n=len(found),
        n_floor=len(floor),
    )


def _searched(section: Shares, side: int) -> _Searched:
    shape = section.shape[1], section.shape[2]
    if min(shape) < side:
        raise ValueError(f"a section of {shape} blocks holds no patch of {side} blocks")
    sums = np.zeros((shape[0] + 1, shape[1] + 1))
    sums[1:, 1:] = np.square(section).sum(axis=0, dtype=np.float64).cumsum(axis=0).cumsum(axis=1)
    power = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return _Searched(shape, fft.rfft2(section), power.astype(np.float32))


def _match(patch: Shares, training: Training, number: int, k: int) -> Match:
    """The best window of one section for a patch that is already turned."""
    similar = _similarity(patch, training.searched[number])
    y, x = np.unravel_index(similar.argmax(), similar.shape)
    at = int(y) * training.factor, int(x) * training.factor
    return Match(max(0.0, 1 - float(similar[y, x])), number, *at, k)


def _similarity(patch: Shares, within: _Searched) -> Shares:
    """The IU of a patch (C, h, w) with each window of a section; two empty ones have IU 1."""
    product = (within.spectrum * fft.rfft2(patch, within.shape).conj()).sum(axis=0)
    rows, columns = within.power.shape
    common = np.maximum(fft.irfft2(product, within.shape)[:rows, :columns], 0)
    union = np.square(patch).sum() + within.power - common
    similar: Shares = np.divide(common, union, out=np.ones_like(common), where=union > _EMPTY)
    return similar
