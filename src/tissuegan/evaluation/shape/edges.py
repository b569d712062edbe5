"""SLF1.9 to 1.13: how much edge there is, and which way it runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.feature import canny

from tissuegan.evaluation.shape.images import Floats, Mask, ObjectImage
from tissuegan.evaluation.shape.quads import smooth_area

NAMES = (
    "SLF1.9:edges:area_fraction",
    "SLF1.10:edges:homogeneity",
    "SLF1.11:edges:direction_maxmin_ratio",
    "SLF1.12:edges:direction_maxnextmax_ratio",
    "SLF1.13:edges:direction_difference",
)
SIGMA = float(np.sqrt(2))
_BINS = 64
REACH = round(4 * SIGMA) + 2
"""Pixels from an object beyond which its smoothed image, and the gradient of that, are 0."""


def edge_features(objects: ObjectImage, canvas: int | None = None) -> Floats:
    """The five edge features, float64 (5,), all ratios.

    Args:
        objects: the object image P, (H, W).
        canvas: pixels of the picture that P was cut out of, the rest of it being empty; they
            count in the quantile that Canny's thresholds come from. P itself where not given.
    """
    edges = canny_edges(objects.image, canvas)
    area = smooth_area(edges) / smooth_area(objects.mask)
    magnitude, angle = gradient(objects.compact)
    return np.array([area, homogeneity(magnitude), *directions(angle)])


def gradient(image: NDArray[Any]) -> tuple[Floats, Floats]:
    """Magnitude, and angle in (-pi, pi], of the gradient where it is not 0, float64 (k,) each."""
    both = differences(np.pad(image, 1), 1)
    some = (both[0] != 0) | (both[1] != 0)
    north, west = (part[some].astype(np.float64) for part in both)
    angle = np.arctan2(north, west)
    angle[angle == -np.pi] = np.pi
    return np.hypot(north, west), angle


def differences(framed: NDArray[Any], weight: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The gradient upwards and to the left, (H, W) each, of an image (H + 2, W + 2).

    Differences of the neighbours above and below, left and right, and of the diagonal ones
    likewise; the straight ones count ``weight`` times: 1 is Prewitt's operator, 2 Sobel's.
    """
    across = framed[:, :-2] + weight * framed[:, 1:-1] + framed[:, 2:]
    down = framed[:-2] + weight * framed[1:-1] + framed[2:]
    return across[:-2] - across[2:], down[:, :-2] - down[:, 2:]


def homogeneity(magnitude: Floats) -> float:
    """Share of the gradients in the lowest quarter of their range; 0 where there are none."""
    if not len(magnitude):
        return 0.0
    low, high = magnitude.min(), magnitude.max()
    return float(np.mean(magnitude < low + (high - low) / 4))


def directions(angle: Floats) -> tuple[float, float, float]:
    """Of eight bins of gradient angle: most to least, most to next, opposite bins' difference."""
    if not len(angle):
        return 0.0, 0.0, 0.0
    counts = np.histogram(angle, bins=8)[0]
    least, *_, second, most = np.sort(counts)
    sums, gaps = counts[:4] + counts[4:], np.abs(counts[:4] - counts[4:])
    difference = (gaps[sums > 0] / sums[sums > 0]).sum()
    return _ratio(most, least), _ratio(most, second), float(difference)


def canny_edges(image: Floats, canvas: int | None = None) -> Mask:
    """Canny's edges as MATLAB finds them, bool (H, W): sigma sqrt 2, thresholds by quantile.

    The image is smoothed once for both, so that ``canny`` itself has nothing to smooth.
    """
    smooth = ndimage.gaussian_filter(image, SIGMA, mode="nearest")
    high = _high_threshold(smooth, canvas or image.size)
    edges: Mask = canny(smooth, 0, 0.4 * high, high, mode="nearest")
    return edges


def _high_threshold(smooth: Floats, canvas: int) -> float:
    """The upper edge of the 64th of the range that 70 % of the gradient magnitudes stay below."""
    north, west = differences(np.pad(smooth, 1, mode="symmetric"), 2)
    squares = north**2 + west**2
    some = np.sqrt(squares[squares > 0])
    if not len(some):
        return 0.0
    top = some.max()
    bins = np.minimum((some * (_BINS / top)).astype(np.int64), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    counts[0] += max(canvas, squares.size) - len(some)
    place = int(np.argmax(np.cumsum(counts) > 0.7 * counts.sum()))
    return float((place + 1) * top / _BINS)


def _ratio(above: int, below: int) -> float:
    return float(above / below) if below else 0.0
