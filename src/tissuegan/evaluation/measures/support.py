"""Size of the support (Fig. 15): the birthday test on small labels of a subject."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.section import Section
from tissuegan.evaluation.atoms import FACTOR, SIDE, cell_atoms, crop_atoms, tile_atoms
from tissuegan.evaluation.intervals import percentiles
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.pictures import picture
from tissuegan.evaluation.support import ALIKE, BATCH_SIZES, Pair, Run, compare
from tissuegan.evaluation.support import support as tested
from tissuegan.tissue import Tissue

Masks = NDArray[np.bool_]

RUNS, SHOWN = 10, 4
FEWEST_BLOCKS = 8


def support(panel: Panel, subject: Subject) -> Json:
    """The smallest distance of any two labels by batch size, and how many labels there can be.

    The labels of a subject are one pool (5,000 by default); batches of each size are up to ten
    disjoint parts of it, and "runs" says how many. The estimate and its interval are those of the
    whole pool as one sequence.
    """
    pool = _pool(panel, subject)
    sizes = [size for size in BATCH_SIZES if size <= len(pool)]
    if len(pool) < 2:
        return _nothing()
    whole = compare(pool)
    batches = [_batches(pool, whole, size) for size in sizes]
    distances = [np.array([run.distance.min() for run in runs]) for runs in batches]
    collided = [[run.first_collision() is not None for run in runs] for runs in batches]
    estimate = tested([whole], sizes)
    return {
        "batch_sizes": sizes,
        "runs": [len(runs) for runs in batches],
        "min_distance": [float(each.mean()) for each in distances],
        "min_distance_interval": [percentiles(each) for each in distances],
        "closest": float(whole.distance.min()),
        "collisions": [float(np.mean(each)) for each in collided],
        "estimate": estimate.estimate,
        "estimate_interval": [estimate.low, estimate.high],
        "alike": ALIKE,
        "n": len(pool),
        "pictures": {"closest": picture(_drawn(subject, pool, whole.most_similar(SHOWN)))},
    }


def _nothing() -> Json:
    lists: Json = {key: [] for key in ("batch_sizes", "runs", "min_distance", "collisions")}
    return {
        **lists,
        "min_distance_interval": [],
        "closest": None,
        "estimate": None,
        "estimate_interval": None,
        "alike": ALIKE,
        "n": 0,
    }


def _batches(pool: Masks, whole: Run, size: int) -> list[Run]:
    """Up to ten disjoint batches of one size as runs; the pool's own run where it is the batch."""
    count = min(RUNS, len(pool) // size)
    if size == len(pool):
        return [whole]
    return [compare(pool[k * size : (k + 1) * size]) for k in range(count)]


def field_atoms(panel: Panel, subject: Subject, field: Field) -> Json:
    """A field's share of the pool, as bits: of an endless source or a cell model newly drawn.

    Of the training sections nothing: they are not measured.
    """
    if subject is panel.train:
        return {}
    place, count = subject.fields.index(field), -(-panel.pool // len(subject.fields))
    key = ("atoms", str(count), str(place), subject.digest, repr(panel.roles), str(panel.seed))
    return panel.remember(key, lambda: _packed(_atoms(subject, place, count, panel.seed)))


def _atoms(subject: Subject, place: int, count: int, seed: int) -> Masks:
    if subject.cells is not None:
        return cell_atoms(islice(subject.cells(place), count))
    if subject.endless is not None:
        return tile_atoms(subject.endless, count, place)
    wide = [Section("field", tissue) for tissue in subject.tissues]
    half = min(min(section.bounds.shape) for section in wide) // 2
    side = min(SIDE, half) // FACTOR * FACTOR
    if side < FEWEST_BLOCKS * FACTOR:
        return np.zeros((0, 1, 1, 1), bool)
    return crop_atoms(wide, count, (seed, place), side)


def _pool(panel: Panel, subject: Subject) -> Masks:
    parts = [_unpacked(field_atoms(panel, subject, field)) for field in subject.fields]
    return np.concatenate(parts)[: panel.pool]


def _packed(atoms: Masks) -> Json:
    bits = b64encode(np.packbits(atoms).tobytes()).decode("ascii")
    return {"shape": list(atoms.shape), "bits": bits}


def _unpacked(stored: Json) -> Masks:
    bits = np.frombuffer(b64decode(stored["bits"]), np.uint8)
    shape: Sequence[int] = stored["shape"]
    return np.unpackbits(bits, count=int(np.prod(shape))).astype(bool).reshape(shape)


def _drawn(subject: Subject, pool: Masks, pairs: Sequence[Pair]) -> NDArray[np.uint8]:
    """The pairs one below the other, the two labels of a pair side by side."""
    tissue = subject.fields[0].tissue
    rows = []
    for pair in pairs:
        both = [_painted(tissue, pool[k]) for k in (pair.first, pair.second)]
        rows.append(np.concatenate([np.pad(each, _EDGE, constant_values=255) for each in both], 1))
    return np.repeat(np.repeat(np.concatenate(rows), 2, axis=0), 2, axis=1)


_EDGE = ((1, 1), (1, 1), (0, 0))


def _painted(tissue: Tissue, atom: Masks) -> NDArray[np.uint8]:
    names = tissue.classes.names[: len(atom)]
    return tissue.classes.select(names).paint(atom)


SUPPORT = Measure("support", support, (field_atoms,))
