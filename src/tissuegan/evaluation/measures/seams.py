"""Seams: whether the grid that a subject was made on shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.evaluation.intervals import jackknife
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.seams import border_score, period_excess, phase_chi2
from tissuegan.region import Region

STRIDE, TILE = 64, 512
"""Of subjects that were made on no grid: that of most models, so that floors are alike."""
GROUPS = 5

Fields = NDArray[Any]
Test = Callable[[Fields], float]


def seams(_: Panel, subject: Subject) -> Json:
    """Phase, period and border of each class and of the image; the headline is the worst of them.

    Fields are cut to the largest size that all of them have. "border" is the score that is
    farthest from 0. Where fields are too small for a test it is None.
    """
    stacks = {} if subject.laid_out else _stacks(subject)
    parts = {name: _tested(stack, subject.stride or STRIDE) for name, stack in stacks.items()}
    found: Json = {"stride": subject.stride or STRIDE, "tile": TILE, "parts": parts}
    for test in ("phase", "period", "border"):
        known = [part for part in parts.values() if part[test] is not None]
        worst = max(known, key=lambda part: abs(part[test]), default={})
        found[test] = worst.get(test)
        found[f"{test}_interval"] = worst.get(f"{test}_interval")
    found["n"] = len(subject.fields) if parts else 0
    return found


def _stacks(subject: Subject) -> dict[str, Fields]:
    """Masks of each class, bool (N, H, W), and images where all fields have them."""
    tissues = subject.tissues
    height, width = (min(t.region.shape[axis] for t in tissues) for axis in (0, 1))
    cut = [t.crop(Region(t.region.y0, t.region.x0, height, width)) for t in tissues]
    names = tissues[0].classes.names
    found: dict[str, Fields] = {
        name: np.stack([t.masks[k] for t in cut]) for k, name in enumerate(names)
    }
    images = [t.image for t in cut if t.image is not None]
    if len(images) == len(cut):
        found["image"] = np.stack(images)
    return found


def _tested(stack: Fields, stride: int) -> Json:
    """The three tests of one stack, each with an interval over groups of fields."""
    side = min(stack.shape[1:])
    periods = [period for period in (stride, TILE) if 4 <= period < 0.8 * side]
    tests: dict[str, Test | None] = {
        "phase": None,
        "period": (lambda some: max(period_excess(some, each) for each in periods)),
        "border": (lambda some: border_score(some, periods[-1], range(0, periods[-1], stride))),
    }
    if stack.dtype == np.bool_ and side >= stride and stride % 8 == 0:
        tests["phase"] = lambda some: phase_chi2(some, stride)
    found: Json = {}
    for name, test in tests.items():
        known = test is not None and (periods or name == "phase")
        found[name] = test(stack) if test is not None and known else None
        found[f"{name}_interval"] = _interval(stack, test) if test and known else None
    return found


def _interval(stack: Fields, test: Test) -> list[float] | None:
    groups = [part for part in np.array_split(stack, min(GROUPS, len(stack))) if len(part)]

    def value(some: Sequence[Fields]) -> float:
        return test(np.concatenate(some))

    return jackknife(groups, value)


SEAMS = Measure("seams", seams)
