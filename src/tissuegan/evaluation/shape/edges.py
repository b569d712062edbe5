"""SLF1.9 to 1.13: how much edge there is, and which way it runs."""

from __future__ import annotations

import numpy as np
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


def edge_features(objects: ObjectImage, canvas: int | None = None) -> Floats:
    """The five edge features, float64 (5,), all ratios.

    Args:
        objects: the object image P, (H, W).
        canvas: pixels of the picture that P was cut out of, the rest of it being empty; they
            count in the quantile that Canny's thresholds come from. P itself where not given.
    """
    edges = canny_edges(objects.image, canvas)
    area = smooth_area(edges) / smooth_area(objects.mask)
    magnitude, angle = gradient(objects.image)
    return np.array([area, homogeneity(magnitude), *directions(angle)])


def gradient(image: Floats) -> tuple[Floats, Floats]:
    """Magnitude, and angle in (-pi, pi], of the gradient where it is not 0, float64 (k,) each."""
    north, west = differences(np.pad(image, 1), 1)
    some = (north != 0) | (west != 0)
    angle = np.arctan2(north[some], west[some])
    angle[angle == -np.pi] = np.pi
    return np.hypot(north[some], west[some]), angle


def differences(framed: Floats, weight: float) -> tuple[Floats, Floats]:
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
    return float(np.histogram(magnitude, bins=4)[0][0] / len(magnitude))


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
    """Canny's edges as MATLAB finds them, bool (H, W): sigma sqrt 2, thresholds by quantile."""
    high = _high_threshold(image, canvas or image.size)
    edges: Mask = canny(image, SIGMA, 0.4 * high, high)
    return edges


def _high_threshold(image: Floats, canvas: int) -> float:
    """The upper edge of the 64th of the range that 70 % of the gradient magnitudes stay below."""
    smooth = ndimage.gaussian_filter(image, SIGMA, mode="constant")
    north, west = differences(np.pad(smooth, 1, mode="symmetric"), 2)
    magnitude = np.hypot(north, west)
    counts, edges = np.histogram(magnitude, bins=64, range=(0, magnitude.max()))
    counts[0] += max(0, canvas - magnitude.size)
    place = int(np.argmax(np.cumsum(counts) > 0.7 * counts.sum()))
    return float(edges[place + 1])


def _ratio(above: int, below: int) -> float:
    return float(above / below) if below else 0.0
