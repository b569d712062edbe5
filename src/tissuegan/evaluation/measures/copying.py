"""Copying: how near a subject's patches come to the training sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.augment import symmetry
from tissuegan.evaluation.atoms import FACTOR, SIDE
from tissuegan.evaluation.copying import Training, nearest
from tissuegan.evaluation.copying import copying as compared
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.pictures import picture
from tissuegan.region import Region

PATCHES = 60
"""Of a subject, drawn at random places, as many from each field."""


def copying(panel: Panel, subject: Subject) -> Json:
    """Distances to the nearest training patch, beside those of held-out patches."""
    own, floor = _matches(panel, subject), _matches(panel, panel.test)
    if not own or not floor:
        return _nothing(len(floor))
    distances = [each["distance"] for each in own]
    found = compared(distances, [each["distance"] for each in floor], panel.seed)
    return {
        "nearest_distance": found.nearest_distance,
        "nearest_distance_interval": [found.low, found.high],
        "floor": found.floor,
        "copied": found.copied,
        "p_value": found.p_value,
        "n": found.n,
        "n_floor": found.n_floor,
        "pictures": {"nearest": picture(_pair(panel, subject, own))},
    }


def _nothing(floor: int) -> Json:
    values = dict.fromkeys(
        ("nearest_distance", "nearest_distance_interval", "floor", "copied", "p_value")
    )
    return {**values, "n": 0, "n_floor": floor}


def field_matches(panel: Panel, subject: Subject, field: Field) -> Json:
    """The nearest training patch of each of a field's patches.

    None of the training sections' own, and of cells that were laid side by side.
    """
    if subject is panel.train or subject.laid_out:
        return {"matches": []}
    count = -(-PATCHES // len(subject.fields))
    key = ("copying", field.digest, panel.train.digest, str(count), str(panel.seed))
    return panel.remember(key, lambda: {"matches": _found(panel, field, count)})


def _found(panel: Panel, field: Field, count: int) -> list[Json]:
    side, bounds = _side(panel), field.tissue.region
    if min(bounds.shape) < side:
        return []
    training = Training.of([tissue.masks for tissue in panel.train.tissues], side, FACTOR)
    random = panel.random("copying", field.digest)
    corners = [
        [int(random.integers(length - side + 1)) for length in bounds.shape] for _ in range(count)
    ]
    patches = [field.tissue.masks[:, y : y + side, x : x + side] for y, x in corners]
    matches = [nearest(patch, training) for patch in patches]
    return [{"patch": at, **asdict(match)} for at, match in zip(corners, matches, strict=True)]


def _side(panel: Panel) -> int:
    """Side of a patch: 256 pixels, or what the smallest training section holds."""
    sides = [min(tissue.region.shape) for tissue in panel.train.tissues]
    return max(FACTOR, min(SIDE, *sides) // FACTOR * FACTOR)


def _matches(panel: Panel, subject: Subject) -> list[Json]:
    return [
        {"field": k, **match}
        for k, field in enumerate(subject.fields)
        for match in field_matches(panel, subject, field)["matches"]
    ]


def _pair(panel: Panel, subject: Subject, found: Sequence[Json]) -> NDArray[np.uint8]:
    """The subject's patch that lies nearest, turned, beside its nearest training patch."""
    best = min(found, key=lambda each: each["distance"])
    side = _side(panel)
    tissue = subject.fields[best["field"]].tissue
    y, x = best["patch"]
    own = symmetry(tissue.masks[:, y : y + side, x : x + side], best["symmetry"])
    section = panel.train.fields[best["section"]].tissue
    y, x = best["y"] + section.region.y0, best["x"] + section.region.x0
    real = section.crop(Region(y, x, side, side)).masks
    gap = np.full((side, 4, 3), 255, np.uint8)
    paint = section.classes.paint
    return np.concatenate([paint(np.ascontiguousarray(own)), gap, paint(real)], axis=1)


COPYING = Measure("copying", copying, (field_matches,))
