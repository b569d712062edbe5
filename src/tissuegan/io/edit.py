"""What the command ``edit`` does: any source, edited, to files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from tissuegan.editing import AnyEdit, Edited, script_json
from tissuegan.editing.summary import summary
from tissuegan.errors import UserError
from tissuegan.io.call import made_by
from tissuegan.io.files import refuse_input, write_atomically
from tissuegan.io.folder import write_settings
from tissuegan.io.generate import SCALE_TOLERANCE, one_by_one, write_picture_file
from tissuegan.io.pairs import Pair
from tissuegan.io.source import Named, is_model, open_sources
from tissuegan.io.window import PICTURES
from tissuegan.models import load
from tissuegan.models.model import Model
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue, TissueSource

SCRIPT = "edits.json"
MEASURED_SIDE = 1024


def edit(
    text: str,
    out: str | Path,
    edits: Sequence[AnyEdit],
    size: tuple[int, int] = (1024, 1024),
    origin: tuple[int, int] = (0, 0),
    seed: int = 0,
) -> Iterator[Progress]:
    """Writes a source with its labels edited, and edits.json, which replays it, into a folder.

    The image is drawn again where a change is seen: by the canvas's own model, for other sources
    by the best shipped one if it knows their classes, scale and grey values; else only the labels
    are written. The note of the last step tells what the edits did to the first picture's upper
    left :data:`MEASURED_SIDE` pixels.

    Args:
        text: a model, a dataset folder or a stored picture.
        out: NAME.ome.zarr, NAME.ome.tif, or a dataset folder.
        edits: in order.
        size: rows and columns, of what has no end.
        origin: row and column of the upper left pixel, of what has no end.
        seed: of a model's canvas, and of the texture.

    Raises:
        UserError: whatever is wrong with the source or the edits, or ``out`` holds something else.
    """
    pairs = [
        _pair(named, edits, Region(*origin, *size), seed) for named in open_sources(text, seed)
    ]
    told = compared(pairs[0])
    if str(out).endswith(PICTURES):
        if len(pairs) > 1:
            raise UserError(
                f"{text} has {len(pairs)} sections, and {out} holds one picture; "
                "give a folder as --out"
            )
        yield from _noted(write_picture_file(pairs[0], str(out)), told)
        return
    folder = Path(out)
    refuse_input(text, folder)
    _refuse_other_script(folder / SCRIPT, edits)
    write_settings(folder, pairs[0].source.classes, pairs[0].source.pixel_size_nm)
    write_atomically(folder / SCRIPT, _script(edits))
    for k, pair in enumerate(pairs):
        yield from _noted(one_by_one(folder, pair, k, len(pairs)), told)


def _script(edits: Sequence[AnyEdit]) -> bytes:
    return (script_json(edits) + "\n").encode()


def _refuse_other_script(path: Path, edits: Sequence[AnyEdit]) -> None:
    if path.exists() and path.read_bytes() != _script(edits):
        raise UserError(f"{path} holds other edits than those asked for; choose another --out.")


def edited(source: TissueSource, edits: Sequence[AnyEdit], seed: int = 0) -> Edited:
    """A source with edits, and a model to draw the image where one fits."""
    if isinstance(source, Canvas):
        return Edited(source, edits)
    return Edited(source, edits, painter(source), seed)


def painter(source: TissueSource) -> Model | None:
    """The best shipped model, if it can draw images like those of a source, else None."""
    corner = source.bounds or Region(0, 0, 1, 1)
    image = source[Region(corner.y0, corner.x0, 1, 1)].image
    if image is None or not is_model(load_name()):
        return None
    model = load()
    same_scale = abs(source.pixel_size_nm / model.pixel_size_nm - 1) <= SCALE_TOLERANCE
    known = set(model.classes.names) <= set(source.classes.names)
    if model.image is None or not (same_scale and known):
        return None
    return model if image.dtype == np.dtype(model.image.intensity.dtype) else None


def load_name() -> str:
    """The name of the model that is loaded where none is named."""
    from tissuegan.models.registry import BEST

    return BEST


def compared(pair: Pair) -> str:
    """What the edits did to the labels of a pair's upper left part, in lines."""
    region, source = pair.region, pair.source
    side = MEASURED_SIDE
    part = Region(region.y0, region.x0, min(region.height, side), min(region.width, side))
    assert isinstance(source, Edited)
    before, after = (summary(_labelled(one, part)) for one in (Edited(source.source, ()), source))
    return "\n".join(before.lines(after))


def _labelled(source: Edited, region: Region) -> Tissue:
    return Tissue(source.masks(region), None, source.classes, source.pixel_size_nm, region)


def _pair(named: Named, edits: Sequence[AnyEdit], window: Region, seed: int) -> Pair:
    source = edited(named.source, edits, seed)
    region = source.bounds or window
    name = named.name
    if source.bounds is None:
        name = f"seed{seed}_y{region.y0}_x{region.x0}"
    facts = {"made by": "edit", "edits": script_json(edits), "seed": str(seed)}
    if source.model is not None:
        facts.update(made_by("edit", source.model))
    return Pair(name, source, region, {**facts, **_origin(named)})


def _origin(named: Named) -> dict[str, str]:
    """What tells a stored source from another: its digest, else what a picture says of itself."""
    source = named.source
    if source.bounds is None:
        return {}
    digest = getattr(source, "digest", None) or _of_picture(source, source.bounds)
    return {"labels": str(digest)}


def _of_picture(source: TissueSource, bounds: Region) -> str:
    corner = source[Region(bounds.y0, bounds.x0, 1, 1)]
    facts = (repr(bounds), *(f"{k}={v}" for k, v in sorted(corner.provenance.items())))
    return sha256("\0".join(facts).encode()).hexdigest()


def _noted(steps: Iterator[Progress], note: str) -> Iterator[Progress]:
    """The last step says something of its own."""
    last = None
    for step in steps:
        if last is not None:
            yield last
        last = step
    if last is not None:
        yield Progress(last.done, last.total, note)
