"""What lies beside a stored picture: the table of its instances, and their outlines."""

from __future__ import annotations

import json
from collections.abc import Iterator

import fsspec
import pandas as pd

from tissuegan.io.files import writing
from tissuegan.io.outlining import Note, noted
from tissuegan.io.plan import Plan
from tissuegan.io.store import is_url
from tissuegan.objects.kinds import kinds

__all__ = ["BESIDE", "COLUMNS", "OUTLINES", "TABLE", "beside", "exists", "join"]

BESIDE = TABLE, OUTLINES = ".objects.csv", ".outlines.geojson"
COLUMNS = (
    *("kind", "label", "area_um2", "diameter_um", "perimeter_um", "roundness", "solidity"),
    *("parent", "y", "x", "y0", "x0", "y1", "x1", "cut"),
)
"""Of the table: those of :func:`tissuegan.objects.object_table`, the smallest box (``y0`` to
``x1``, in pixels on the plane) and whether the window's edge may have cut the instance."""


def beside(url: str, ending: str) -> str:
    """Where a file beside a picture lies: NAME.ome.zarr -> NAME.objects.csv."""
    return url.removesuffix(".ome.zarr") + ending


def exists(url: str) -> bool:
    """Whether there is a file at a path or URL."""
    system, path = fsspec.core.url_to_fs(url)
    return bool(system.exists(path))


def join(plan: Plan, which: int) -> None:
    """Writes what shards noted as a file beside the picture, one of :data:`BESIDE`.

    These are a CSV table and a GeoJSON FeatureCollection. Both go kind by kind in order of number.
    Coordinates are in pixels on the plane, as :func:`tissuegan.objects.outlines` has them.
    Instances that are too large to be outlined are in the table only, without perimeter, roundness
    and solidity.
    """
    ending = BESIDE[which]
    if not exists(beside(plan.url, ending)):
        _write(beside(plan.url, ending), _TEXTS[ending](plan))


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


def _table(plan: Plan) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\n"
    for notes in _in_order(plan):
        rows = pd.DataFrame([note.row for note in notes], columns=COLUMNS)
        rows = rows.astype({"parent": "Int64"})
        yield rows.to_csv(index=False, header=False, lineterminator="\n")


def _outlines(plan: Plan) -> Iterator[str]:
    yield '{"type": "FeatureCollection", '
    yield f'"pixel_size_nm": {json.dumps(plan.picture.pixel_size_nm)}, "features": ['
    comma = "\n"
    for note in (note for notes in _in_order(plan) for note in notes):
        if note.outline is not None:
            yield comma + note.outline
            comma = ",\n"
    yield "\n]}\n"


def _in_order(plan: Plan) -> Iterator[list[Note]]:
    """Notes by kind and number, one row of shards after the other."""
    rows, columns = plan.layout.grid(0)
    for kind in kinds(plan.source.classes):
        for i in range(rows):
            band = (noted(plan, i * columns + j) for j in range(columns))
            of_kind = (note for notes in band for note in notes if note.kind == kind.name)
            if found := sorted(of_kind, key=lambda note: note.label):
                yield found


_TEXTS = {TABLE: _table, OUTLINES: _outlines}
