"""What the commands ``generate`` and ``render`` do: sources to dataset folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tissuegan.data import load_labels
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.io.call import made_by
from tissuegan.io.engine import engine
from tissuegan.io.files import refuse_input
from tissuegan.io.folder import write_settings
from tissuegan.io.pairs import Pair, write_pairs
from tissuegan.io.picture import write_preview
from tissuegan.io.window import Workers, is_picture, write_window
from tissuegan.models.model import Model
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Rendering
from tissuegan.tissue import TissueSource

if TYPE_CHECKING:
    from tissuegan.editing import AnyEdit

PREVIEW_SIDE = 2048
SCALE_TOLERANCE = 0.1


def generate(
    model: Model,
    out: str | Path,
    size: tuple[int, int],
    origin: tuple[int, int] = (0, 0),
    seed: int = 0,
    count: int = 1,
    preview: Path | None = None,
    edits: Sequence[AnyEdit] = (),
    workers: Workers | None = None,
) -> Iterator[Progress]:
    """Writes ``count`` windows of the canvases with seeds ``seed``, ``seed + 1``, ...

    Args:
        model: a model that makes labels.
        out: NAME.ome.zarr, a path or an fsspec URL, NAME.ome.tif, or else a dataset folder.
        size: rows and columns.
        origin: row and column of the upper left pixel.
        seed: of the first canvas, 0 to 2^64 - 1.
        count: number of pairs.
        preview: a PNG of the first pair to write beside.
        edits: of the labels of every canvas.
        workers: who does the work; left out, this process.

    Raises:
        UserError: the model makes no labels, or ``out`` holds something else.
    """
    region, workers = Region(*origin, *size), workers or Workers()
    first = _generated(model, seed, region, edits)
    if is_picture(str(out)):
        yield from write_picture_file(first, str(out), workers)
    else:
        later = (_generated(model, seed + k, region, edits) for k in range(1, count))
        yield from _folder(Path(out), chain([first], later), count, workers)
    if preview is not None:
        _preview(preview, first.source, region)


def write_picture_file(pair: Pair, url: str, workers: Workers | None = None) -> Iterator[Progress]:
    """Writes one window as one picture."""
    yield from write_window(pair.source, url, pair.region, pair.call, workers)


def _folder(out: Path, pairs: Iterable[Pair], count: int, workers: Workers) -> Iterator[Progress]:
    """Writes pairs; only one pair's tiles are held in memory at a time."""
    with engine(workers.count, workers.scheduler) as chosen:
        for k, pair in enumerate(pairs):
            if k == 0:
                write_settings(out, pair.source.classes, pair.source.pixel_size_nm)
            yield from one_by_one(out, replace(pair, source=chosen.source(pair.source)), k, count)


def one_by_one(out: Path, pair: Pair, k: int, count: int) -> Iterator[Progress]:
    """Writes pair ``k`` of ``count``; only its own tiles are held in memory meanwhile."""
    for step in write_pairs(out, [pair]):
        yield Progress(k * step.total + step.done, count * step.total, step.note)


def _generated(model: Model, seed: int, region: Region, edits: Sequence[AnyEdit]) -> Pair:
    name = f"seed{seed}_y{region.y0}_x{region.x0}"
    call = made_by("generate", model)
    source: TissueSource = Canvas(model, seed)
    if edits:
        from tissuegan.editing import Edited, script_json

        source, call["edits"] = Edited(source, edits), script_json(edits)
    return Pair(name, source, region, {**call, "seed": str(seed)})


def _preview(path: Path, source: TissueSource, region: Region) -> None:
    side = PREVIEW_SIDE
    part = Region(region.y0, region.x0, min(region.height, side), min(region.width, side))
    write_preview(path, source[part])


def render(model: Model, labels: Path, out: Path, seed: int = 0) -> Iterator[Progress]:
    """Writes an image for every label map of a dataset, with the labels, as a dataset folder.

    Raises:
        UserError: the model makes no images, a class is missing, the labels are drawn at another
            scale than the model's, or ``out`` holds something else.
    """
    sections = load_labels(labels)
    check_pixel_size(model, labels, sections[0].pixel_size_nm)
    first = Rendering(model, sections[0], seed)
    refuse_input(labels, out)
    write_settings(out, first.classes, first.pixel_size_nm)
    for k, section in enumerate(sections):
        yield from one_by_one(out, _rendered(model, section, seed), k, len(sections))


def check_pixel_size(model: Model, labels: Path, pixel_size_nm: float) -> None:
    """UserError where labels are drawn at another scale than the model renders."""
    if abs(pixel_size_nm / model.pixel_size_nm - 1) > SCALE_TOLERANCE:
        raise UserError(
            f"{labels} has pixels of {pixel_size_nm:g} nm but {model.name} draws at "
            f"{model.pixel_size_nm:g} nm; resample the labels, or correct pixel_size_nm in its "
            "dataset.toml."
        )


def _rendered(model: Model, section: Section, seed: int) -> Pair:
    call = {**made_by("render", model), "seed": str(seed), "labels": section.digest}
    return Pair(section.name, Rendering(model, section, seed), section.bounds, call)
