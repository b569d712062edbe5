"""The outlines of all instances of a label image at once.

An outline runs clockwise, as seen with y downwards, half way between the pixels inside and those
outside, through the middles of *cracks*: the sides of pixels beyond which there is another label.
What follows a crack is decided by the two by two pixels around its end, so that all steps are known
at once, and the order along each ring comes from pointer doubling (Wyllie's list ranking).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tissuegan.objects.instances import Labels

__all__ = ["Rings", "trace"]

Ints = NDArray[np.int64]
_UP_RIGHT_DOWN_LEFT = np.array([[-1, 0], [0, 1], [1, 0], [0, -1]])


@dataclass(frozen=True, eq=False)
class Rings:
    """Closed rings of points, by label, the outside first and then its holes.

    Attributes:
        points: (y, x) in pixels, float64 (n, 2), ring after ring; no point is given twice.
        ends: where each ring begins and the last one ends, int64 (rings + 1,).
        labels: whose outline each ring is, int64 (rings,).
    """

    points: NDArray[np.float64]
    ends: Ints
    labels: Ints

    def __getitem__(self, ring: int, /) -> NDArray[np.float64]:
        """The points (y, x) of one ring, float64 (k, 2)."""
        return self.points[self.ends[ring] : self.ends[ring + 1]]

    def of_labels(self) -> list[NDArray[np.float64]]:
        """All points (y, x) of each label, in the order of labels, float64 (k, 2) each."""
        bounds = np.append(self.ends[self.outer], len(self.points))
        return [self.points[first:last] for first, last in pairwise(bounds)]

    @property
    def outer(self) -> Ints:
        """The rings around the outside of each label, in the order of labels."""
        return np.flatnonzero(np.diff(self.labels, prepend=0))


def trace(labels: Labels) -> Rings:
    """Outlines of all instances.

    Args:
        labels: int (H, W); every label above 0 is one 4-connected instance.
    """
    framed = np.pad(labels, 1)
    cracks = _cracks(framed)
    following, corner = _steps(framed.ravel(), framed.shape[1], cracks)
    last, rank = _ranks(following, corner * len(cracks) + np.arange(len(cracks)))
    order = _by_label(framed.ravel()[cracks // 4], last, rank)
    rows, columns = np.divmod(cracks[order] // 4, framed.shape[1])
    points = np.stack([rows, columns], axis=1) - 1 + _UP_RIGHT_DOWN_LEFT[cracks[order] % 4] / 2
    starts = np.flatnonzero(rank[order] == 0)
    owners = framed.ravel()[cracks[order[starts]] // 4].astype(np.int64)
    return Rings(points, np.append(starts, len(order)), owners)


def _cracks(framed: Labels) -> Ints:
    """Cracks in reading order, int64 (n,): four times the flat place of a pixel, plus the side."""
    inner, found = framed[1:-1, 1:-1], []
    height, width = framed.shape
    for side, (dy, dx) in enumerate(_UP_RIGHT_DOWN_LEFT.tolist()):
        other = framed[1 + dy : height - 1 + dy, 1 + dx : width - 1 + dx]
        rows, columns = np.nonzero((inner != other) & (inner > 0))
        found.append(4 * ((rows + 1) * width + columns + 1) + side)
    return np.sort(np.concatenate(found))


def _steps(flat: Labels, width: int, cracks: Ints) -> tuple[Ints, Ints]:
    """For each crack the index of the one that follows, and the two by two pixels between them."""
    offsets = _UP_RIGHT_DOWN_LEFT @ np.array([width, 1])
    pixel, side = np.divmod(cracks, 4)
    out, on = offsets[side], offsets[(side + 1) % 4]
    ahead, beyond = pixel + on, pixel + on + out
    straight = flat[ahead] == flat[pixel]
    inward = straight & (flat[beyond] == flat[pixel])
    turned = 4 * pixel + (side + 1) % 4
    following = np.where(
        inward, 4 * beyond + (side + 3) % 4, np.where(straight, 4 * ahead + side, turned)
    )
    return np.searchsorted(cracks, following), pixel + np.minimum(on, 0) + np.minimum(out, 0)


def _ranks(following: Ints, key: Ints) -> tuple[Ints, Ints]:
    """For every crack the one of its ring with the largest key, and the steps to it from the next.

    Every ring begins behind the crack with the largest key, as those of skimage do.
    """
    most, ahead = key, following
    while True:
        larger = np.maximum(most, most[ahead])
        if np.array_equal(larger, most):
            break
        most, ahead = larger, ahead[ahead]
    ends = most == key
    steps = np.where(ends, 0, 1)
    ahead = np.where(ends, np.arange(len(key)), following)
    while not ends[ahead].all():
        steps, ahead = steps + steps[ahead], ahead[ahead]
    lengths = np.zeros(len(key), np.int64)
    np.maximum.at(lengths, ahead, steps)
    return ahead, lengths[ahead] - steps


def _by_label(owner: Labels, last: Ints, rank: Ints) -> Ints:
    """The order of cracks ring by ring, the rings by label; a label's first crack is outside."""
    place = np.arange(len(owner))
    first = np.full(len(owner), len(owner))
    np.minimum.at(first, last, place)
    return np.lexsort((rank, first[last], owner))
