"""The tone curve that gives made images the grey levels that the training images have.

A generator judged patch by patch draws few pixels of the darkest and brightest levels; where a
level ends up is then set right for all images alike, as thresholds do for labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.intensity import Intensity
from tissuegan.data.section import Section
from tissuegan.models.synthesis import ImagePart, LabelPart, Masks
from tissuegan.region import Region
from tissuegan.training.calibrate import middle, windows

KNOTS, LEVELS = 33, 256
FIELDS, SIDE, FIRST_SEED = 8, 512, 1 << 41
Floats = NDArray[np.float64]


def tones(
    part: ImagePart, labels: LabelPart | None, sections: Sequence[Section]
) -> tuple[float, ...]:
    """The tone curve of an image part, see :class:`tissuegan.data.intensity.Intensity`.

    Args:
        part: with the weights that will make images, and without a tone curve yet.
        labels: what makes the labels of these images; None for those of the sections.
        sections: that the part learnt from. Where none is large enough, there is no curve.
    """
    made = list(_of_labels(part, labels) if labels else _of_sections(part, sections))
    real = [s.tissue.image for s in sections if s.tissue.image is not None]
    return curve(_shares(made, part.intensity), _shares(real, part.intensity)) if made else ()


def _of_labels(part: ImagePart, labels: LabelPart) -> Iterable[NDArray[np.generic]]:
    """Images of fields of made labels."""
    for seed in range(FIRST_SEED, FIRST_SEED + FIELDS):
        yield part.draw(seed, Region(0, 0, SIDE, SIDE), _drawn(labels, seed))


def _drawn(labels: LabelPart, seed: int) -> Callable[[Region], Masks]:
    return lambda region: labels.draw(seed, region)


def _of_sections(part: ImagePart, sections: Sequence[Section]) -> Iterable[NDArray[np.generic]]:
    """Images of the sections' own labels, as far from their borders as need be."""
    reach = -part.context(Region(0, 0, 1, 1)).y0 + part.stride
    for k, section in enumerate(sections[:FIELDS]):
        inside = middle(section, reach)
        if inside is not None:
            yield part.draw(FIRST_SEED + k, inside, windows(section))


def _shares(images: Sequence[NDArray[np.generic]], intensity: Intensity) -> Floats:
    """Share of the pixels below each of 257 evenly spaced levels from ``low`` to ``high``."""
    edges = np.linspace(intensity.low - 0.5, intensity.high + 0.5, LEVELS + 1)
    counts = sum(np.histogram(image, edges)[0] for image in images)
    return np.concatenate([[0.0], np.cumsum(counts) / np.sum(counts)])


def curve(made: Floats, real: Floats) -> tuple[float, ...]:
    """The curve that carries one distribution of levels into another (histogram matching).

    Args:
        made: share of the pixels below each of evenly spaced levels from -1 to 1, rising from 0
            to 1, float64 (L,).
        real: the same of the distribution that is wanted; levels that it does not have, below and
            above, are not made.
    """
    levels = np.linspace(-1, 1, len(made))
    below = np.interp(np.linspace(-1, 1, KNOTS), levels, made)
    used = slice(np.flatnonzero(real <= 0)[-1], np.argmax(real >= real[-1]) + 1)
    return tuple(round(float(tone), 4) for tone in np.interp(below, real[used], levels[used]))
