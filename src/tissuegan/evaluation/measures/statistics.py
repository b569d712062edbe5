"""Global statistics (Table 1): sizes, roundness, organelles per cell, distances to training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tissuegan.evaluation.histograms import (
    Floats,
    counts,
    halves,
    repeated,
    size_edges,
    unit_edges,
)
from tissuegan.evaluation.intervals import jackknife, percentiles
from tissuegan.evaluation.measure import Measure, of_field
from tissuegan.evaluation.panel import Json, Panel, Subject
from tissuegan.evaluation.tables import field_objects, objects_of
from tissuegan.objects.instances import CELL

ENOUGH = 50
"""Objects that a subject must have for the number that all subjects are cut to to respect it."""


@dataclass(frozen=True)
class Quantity:
    """A distribution over the objects of a kind.

    Attributes:
        name: as in "chi2" of metrics.json.
        key: of its mean.
        kind: "cell", or the class of an organelle.
        column: of the table of objects.
        unit: whether it lies on [0, 1].
    """

    name: str
    key: str
    kind: str
    column: str
    unit: bool


def statistics(panel: Panel, subject: Subject) -> Json:
    """The rows of Table 1 for one subject, and the distances of its distributions.

    Keys that begin with ``mito`` are about the first organelle class, whatever it is called;
    "organelle" names it, and with several organelle classes "organelles" has them all.
    """
    names = panel.roles.organelles
    found = _statistics(panel, subject, names[0] if names else "")
    if len(names) > 1:
        found["organelles"] = {name: _statistics(panel, subject, name) for name in names}
    return found


def _statistics(panel: Panel, subject: Subject, organelle: str) -> Json:
    tables = {each.name: _measured(panel, each) for each in panel.everyone}
    own = tables[subject.name]
    found: Json = {"organelle": organelle}
    for quantity in _quantities(organelle):
        found[quantity.key] = _mean(_by_field(own, quantity, len(subject.fields)))
    found["mito_per_cell"] = _per_cell(own, organelle, len(subject.fields))
    for part in ("chi2", "wasserstein", "histograms"):
        found[part] = {}
    for quantity in _quantities(organelle):
        _compare(found, panel, subject, quantity, tables, own)
    return found


def _quantities(organelle: str) -> tuple[Quantity, ...]:
    return (
        Quantity("cell_size", "cell_size_um", CELL, "diameter_um", False),
        Quantity("mito_size", "mito_size_um", organelle, "diameter_um", False),
        Quantity("mito_roundness", "mito_roundness", organelle, "roundness", True),
        Quantity("mito_circularity", "mito_circularity", organelle, "circularity", True),
    )


def _measured(panel: Panel, subject: Subject) -> pd.DataFrame:
    """The subject's objects with their circularity 4 pi A / P^2, P by Crofton's formula, at most 1.

    Of a source of single cells the organelles alone: its cells are those that have one.
    """
    table = objects_of(panel, subject)
    if subject.laid_out:
        table = table[table["kind"] != CELL]
    ratio = 4 * np.pi * table["area_um2"] / table["perimeter_um"] ** 2
    return table.assign(circularity=ratio.clip(upper=1))


def _values(table: pd.DataFrame, quantity: Quantity) -> Floats:
    of_kind = table.loc[table["kind"] == quantity.kind, quantity.column]
    values: Floats = of_kind.to_numpy(np.float64)
    return values


def _by_field(table: pd.DataFrame, quantity: Quantity, fields: int) -> list[Floats]:
    return [_values(table[table["field"] == k], quantity) for k in range(fields)]


def _mean(parts: Sequence[Floats]) -> Json:
    """Mean over all objects, its interval over fields, spread and number of objects."""
    values = np.concatenate(parts)
    if not len(values):
        return {"mean": None, "interval": None, "sd": None, "n": 0}
    spread = float(values.std(ddof=1)) if len(values) > 1 else None
    interval = jackknife(parts, lambda some: _ratio([(p.sum(), len(p)) for p in some]))
    return {"mean": float(values.mean()), "interval": interval, "sd": spread, "n": len(values)}


def _per_cell(table: pd.DataFrame, organelle: str, fields: int) -> Json:
    """Organelles off the border per cell, of n cells."""
    kinds = [table.loc[table["field"] == k, "kind"] for k in range(fields)]
    pairs = [(int((kind == organelle).sum()), int((kind == CELL).sum())) for kind in kinds]
    organelles, cells = (sum(column) for column in zip(*pairs, strict=True))
    mean = _ratio(pairs) if cells else None
    return {
        "mean": mean,
        "interval": jackknife(pairs, _ratio),
        "n": cells,
        "organelles": organelles,
    }


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Sum of the first numbers over the sum of the second ones; nan where that is 0."""
    above, below = (float(sum(column)) for column in zip(*pairs, strict=True))
    return above / below if below else float("nan")


def _compare(
    found: Json,
    panel: Panel,
    subject: Subject,
    quantity: Quantity,
    tables: dict[str, pd.DataFrame],
    own: pd.DataFrame,
) -> None:
    """Adds distances to the training sections: of random halves where these are the subject."""
    training, values = _values(tables[panel.train.name], quantity), _values(own, quantity)
    edges = unit_edges() if quantity.unit else size_edges(training)
    everyone = [_values(table, quantity) for table in tables.values()]
    n = min(len(values), len(training), common(everyone))
    random = panel.random("statistics", quantity.kind, quantity.name, subject.digest)
    if subject is panel.train:
        squared, moved = halves(training, edges, n, random), np.empty(0)
        n = min(n, len(training) // 2)
    else:
        squared, moved = repeated(training, values, edges, n, random)
    _add(found["chi2"], quantity.name, squared, n)
    if subject is not panel.train:
        _add(found["wasserstein"], quantity.name, moved, n)
    found["histograms"][quantity.name] = _histogram(values, edges)


def common(sets: Sequence[Floats]) -> int:
    """The number of values that every set is cut to: the smallest of those with enough.

    A distance of histograms grows as sets shrink, so all are compared at one number (facts,
    section 4); a set of fewer than 50 is compared at its own number and says so, and with fewer
    training objects than that everything is compared at their number.
    """
    return min((len(values) for values in sets if len(values) >= ENOUGH), default=ENOUGH)


def _add(found: Json, name: str, distances: Floats, n: int) -> None:
    found[name] = float(distances.mean()) if len(distances) else None
    found[f"{name}_sd"] = float(distances.std(ddof=1)) if len(distances) else None
    found[f"{name}_interval"] = percentiles(distances)
    found[f"{name}_n"] = n if len(distances) else 0


def _histogram(values: Floats, edges: Floats) -> Json:
    return {"edges": edges[:-1].tolist(), "counts": counts(values, edges).tolist()}


STATISTICS = Measure(
    "statistics", statistics, (of_field(field_objects),), joint=True, of_training=True
)
