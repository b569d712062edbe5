"""Probabilities that mean what they say: the logits of a segmenter, laid right on its sections.

A Dice loss makes masks too wide, and an average over training steps flattens them: afterwards the
logits of each class are put on the straight line that fits the labels best (Platt 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from tissuegan.data.section import Section
from tissuegan.models.segmentation import Segmentation
from tissuegan.region import Region
from tissuegan.training.calibrate import middle

SECTIONS, SIDE, PIXELS = 4, 1024, 200_000
SCALES = (0.25, 4.0)
"""A fit beyond is of a network that has not learnt, and left alone."""
_NEVER = 1e-7

Line = tuple[float, float]


def lines(part: Segmentation, sections: Sequence[Section]) -> tuple[Line, ...]:
    """Scale and offset of each class's logits, (1, 0) where there is nothing to fit them to.

    Args:
        part: that reads, with logits as they are.
        sections: that it learnt from; up to four of them, evenly spaced, are read, further from
            their borders than padding is felt.
    """
    read = list(_read(part, sections[:: -(-len(sections) // SECTIONS)]))
    if not read:
        return ()
    seen, true = (np.concatenate(parts, axis=1) for parts in zip(*read, strict=True))
    return tuple(line(z, y) for z, y in zip(seen, true, strict=True))


def line(logits: NDArray[np.floating[Any]], labels: NDArray[np.bool_]) -> Line:
    """(scale, offset) by logistic regression of labels (n,) on logits (n,); (1, 0) for no fit."""
    z, y = torch.from_numpy(logits).double(), torch.from_numpy(labels).double()
    if labels.all() or not labels.any():
        return 1.0, 0.0
    found = torch.tensor([1.0, 0.0], dtype=torch.double, requires_grad=True)
    search = torch.optim.LBFGS([found], max_iter=50, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        value = F.binary_cross_entropy_with_logits(found[0] * z + found[1], y)
        torch.autograd.backward(value)
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    scale, offset = (float(value) for value in found.detach())
    return (scale, offset) if SCALES[0] <= scale <= SCALES[1] else (1.0, 0.0)


def _read(
    part: Segmentation, sections: Sequence[Section]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Logits and labels (C, n) of up to 200,000 pixels of each section, drawn evenly."""
    for number, section in enumerate(sections):
        place = readable(section, part)
        if place is not None:
            chance = part.probabilities(place, _image(section)).astype(np.float64)
            masks = section[place].masks
            chosen = np.random.default_rng(number).permutation(place.area)[:PIXELS]
            level = np.clip(chance.reshape(len(masks), -1)[:, chosen], _NEVER, 1 - _NEVER)
            yield np.log(level / (1 - level)), masks.reshape(len(masks), -1)[:, chosen]


def readable(section: Section, part: Segmentation) -> Region | None:
    """The part of a section, in whole cells, that is read without padding; None for nothing."""
    inside, cell = middle(section, part.geometry.margin), part.geometry.stride
    if inside is None:
        return None
    y, x = (-(-start // cell) * cell for start in (inside.y0, inside.x0))
    height, width = (min(SIDE, end // cell * cell) for end in (inside.y1 - y, inside.x1 - x))
    return Region(y, x, height, width) if height > 0 and width > 0 else None


def _image(section: Section) -> Callable[[Region], NDArray[Any]]:
    def image(region: Region) -> NDArray[Any]:
        found = section[region].image
        assert found is not None  # segmenters learn from images
        return found

    return image
