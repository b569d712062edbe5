"""What lies beside a stored picture: the table of its instances, and their outlines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import fsspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tissuegan.io.files import writing
from tissuegan.io.instances import owned
from tissuegan.io.plan import WORK, Plan
from tissuegan.io.store import get, is_url, open_store, put
from tissuegan.objects.kinds import kinds
from tissuegan.objects.outlines import rings
from tissuegan.region import Region

__all__ = ["OUTLINES", "TABLE", "beside", "exists", "join_outlines", "outline", "write_table"]

TABLE, OUTLINES = ".objects.csv", ".outlines.geojson"
LARGEST = 4096
"""Side of a box in pixels; the outline of what is larger is not drawn."""
Row = dict[str, Any]


def beside(url: str, ending: str) -> str:
    """Where a file beside a picture lies: NAME.ome.zarr -> NAME.objects.csv."""
    return url.removesuffix(".ome.zarr") + ending


def exists(url: str) -> bool:
    """Whether there is a file at a path or URL."""
    system, path = fsspec.core.url_to_fs(url)
    return bool(system.exists(path))


def write_table(plan: Plan, table: pd.DataFrame) -> None:
    """Writes the table that :func:`tissuegan.io.instances.merge` gives, as CSV."""
    text = table.drop(columns=["first_y", "first_x"]).to_csv(index=False, lineterminator="\n")
    _write(beside(plan.url, TABLE), iter([text]))


def _write(url: str, texts: Iterator[str]) -> None:
    """Writes a file under a temporary name and then renames it."""
    system, path = fsspec.core.url_to_fs(url)
    part = path if is_url(url) else f"{path}.part"
    with writing(url):
        with system.open(part, "wb") as stream:
            for text in texts:
                stream.write(text.encode())
        if part != path:
            system.mv(part, path)


def outline(plan: Plan, number: int) -> None:
    """Notes the outlines of the instances whose first pixel lies in one shard."""
    store, key = open_store(plan.url), f"{WORK}/outlines/{number}"
    rows = owned(plan, number)
    if rows and get(store, key) is None:
        features = [feature for group in _groups(rows) for feature in _features(plan, group)]
        notes = [(*_order(feature), json.dumps(feature)) for feature in features]
        put(store, key, json.dumps(notes).encode())


def _order(feature: Row) -> tuple[str, int]:
    return feature["properties"]["kind"], feature["properties"]["label"]


def _groups(rows: list[Row]) -> Iterator[list[Row]]:
    """Instances of one kind to be read at once: the small ones together, a large one alone."""
    small: dict[str, list[Row]] = {}
    for row in rows:
        side = max(row["y1"] - row["y0"], row["x1"] - row["x0"])
        if side <= LARGEST // 4:
            small.setdefault(row["kind"], []).append(row)
        elif side <= LARGEST:
            yield [row]
    yield from small.values()


def _features(plan: Plan, rows: list[Row]) -> Iterator[Row]:
    region, names = plan.layout.region, [kind.name for kind in kinds(plan.source.classes)]
    y0, x0 = (min(row[edge] for row in rows) for edge in ("y0", "x0"))
    y1, x1 = (max(row[edge] for row in rows) for edge in ("y1", "x1"))
    crop = Region(y0, x0, y1 - y0, x1 - x0)
    layer = plan.instances[names.index(rows[0]["kind"])]
    ids = plan.shards(layer).read(crop.shift(-region.y0, -region.x0))
    for row in rows:
        yield _feature(ids, crop, row)


def _feature(ids: NDArray[np.uint32], crop: Region, row: Row) -> Row:
    box = Region(row["y0"], row["x0"], row["y1"] - row["y0"], row["x1"] - row["x0"])
    outline = rings(ids[crop.crop(box)] == row["label"], (box.x0, box.y0))
    geometry = {"type": "Polygon", "coordinates": outline}
    return {"type": "Feature", "geometry": geometry, "properties": row}


def join_outlines(plan: Plan) -> None:
    """Writes all outlines as one GeoJSON FeatureCollection, kind by kind in order of number.

    Coordinates are (x, y) in pixels on the plane, as :func:`tissuegan.objects.outlines` has them.
    """
    _write(beside(plan.url, OUTLINES), _texts(plan))


def _texts(plan: Plan) -> Iterator[str]:
    yield '{"type": "FeatureCollection", '
    yield f'"pixel_size_nm": {json.dumps(plan.picture.pixel_size_nm)}, "features": ['
    comma = "\n"
    for feature in _in_order(plan):
        yield comma + feature
        comma = ",\n"
    yield "\n]}\n"


def _in_order(plan: Plan) -> Iterator[str]:
    """Features by kind and number, in the memory of one row of shards."""
    rows, columns = plan.layout.grid(0)
    for kind in kinds(plan.source.classes):
        for i in range(rows):
            band = (_noted(plan, i * columns + j) for j in range(columns))
            of_kind = (note for notes in band for note in notes if note[0] == kind.name)
            yield from (text for _, _, text in sorted(of_kind))


def _noted(plan: Plan, number: int) -> list[tuple[str, int, str]]:
    """Kind, number and feature of every instance of a shard."""
    text = get(open_store(plan.url), f"{WORK}/outlines/{number}")
    return [] if text is None else [tuple(note) for note in json.loads(text)]
