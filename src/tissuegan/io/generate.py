"""What the commands ``generate`` and ``render`` do: sources to dataset folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tissuegan.data import load_labels
from tissuegan.io.folder import write_settings
from tissuegan.io.pairs import Pair, write_pairs
from tissuegan.io.picture import write_preview
from tissuegan.models.model import Model
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Rendering
from tissuegan.tissue import TissueSource

PREVIEW_SIDE = 2048


def generate(
    model: Model,
    out: Path,
    size: tuple[int, int],
    origin: tuple[int, int] = (0, 0),
    seed: int = 0,
    count: int = 1,
    preview: Path | None = None,
) -> Iterator[Progress]:
    """Writes ``count`` windows of the canvases with seeds ``seed``, ``seed + 1``, ... as pairs.

    Args:
        model: a model that makes labels.
        out: the dataset folder.
        size: rows and columns.
        origin: row and column of the upper left pixel.
        seed: of the first canvas, 0 to 2^64 - 1.
        count: number of pairs.
        preview: a PNG of the first pair to write beside.

    Raises:
        UserError: the model makes no labels, or ``out`` holds something else.
    """
    region = Region(*origin, *size)
    pairs = [_generated(model, seed + k, region) for k in range(count)]
    write_settings(out, model.classes, model.pixel_size_nm)
    yield from write_pairs(out, pairs)
    if preview is not None:
        _preview(preview, pairs[0].source, region)


def _generated(model: Model, seed: int, region: Region) -> Pair:
    name = f"seed{seed}_y{region.y0}_x{region.x0}"
    call = {"made by": "generate", "model": model.name, "weights": model.digest}
    return Pair(name, Canvas(model, seed), region, {**call, "seed": str(seed)})


def _preview(path: Path, source: TissueSource, region: Region) -> None:
    side = PREVIEW_SIDE
    part = Region(region.y0, region.x0, min(region.height, side), min(region.width, side))
    write_preview(path, source[part])


def render(model: Model, labels: Path, out: Path, seed: int = 0) -> Iterator[Progress]:
    """Writes an image for every label map of a dataset, with the labels, as a dataset folder.

    Raises:
        UserError: the model makes no images, a class is missing, or ``out`` holds something else.
    """
    sections = load_labels(labels)
    pairs = [
        Pair(
            section.name,
            Rendering(model, section, seed),
            section.bounds,
            {
                "made by": "render",
                "model": model.name,
                "weights": model.digest,
                "seed": str(seed),
                "labels": section.digest,
            },
        )
        for section in sections
    ]
    write_settings(out, sections[0].classes, sections[0].pixel_size_nm)
    yield from write_pairs(out, pairs)
