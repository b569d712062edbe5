"""Windows of any source, written as the pairs of a dataset folder in bounded memory.

Every PNG carries its provenance as text, so that the same call run again knows what is done: it
skips finished files, redoes unfinished ones, and refuses to overwrite anything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from tissuegan.errors import UserError
from tissuegan.io.files import writing
from tissuegan.io.png import PngWriter, png_text
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

BAND = 512
KEY = "tissuegan"


@dataclass(frozen=True, eq=False)
class Pair:
    """One window to write: files NAME.png below ``images`` and ``labels/CLASS``.

    ``call`` says what decides the pixels; it is stored in every file and compared on a rerun.
    """

    name: str
    source: TissueSource
    region: Region
    call: Mapping[str, str]

    @property
    def text(self) -> dict[str, str]:
        """The text fields of every file of the pair."""
        window = {key: str(getattr(self.region, key)) for key in ("y0", "x0", "height", "width")}
        facts = {**self.call, **window, "pixel_size_nm": f"{self.source.pixel_size_nm:g}"}
        return {"Software": "tissuegan", KEY: json.dumps(facts, sort_keys=True)}

    def files(self, folder: Path) -> dict[str, Path]:
        """The pair's files: the image's under "", each mask's under its class."""
        classes = {c: folder / "labels" / c / f"{self.name}.png" for c in self.source.classes.names}
        return {"": folder / "images" / f"{self.name}.png", **classes}

    def bands(self) -> list[Region]:
        """The region in strips of whole tile rows, so that no tile is needed in two of them."""
        edges = range(self.region.y0 // BAND + 1, -(-self.region.y1 // BAND))
        cuts = [self.region.y0, *(edge * BAND for edge in edges), self.region.y1]
        return [Region(a, self.region.x0, b - a, self.region.width) for a, b in pairwise(cuts)]


def write_pairs(folder: Path, pairs: list[Pair]) -> Iterator[Progress]:
    """Writes pairs into a dataset folder, one progress a band of rows.

    Raises:
        UserError: a file is there that another call wrote, or the folder cannot be written.
    """
    waiting = [pair for pair in pairs if not is_done(folder, pair)]
    steps = {pair.name: len(pair.bands()) for pair in pairs}
    total = sum(steps.values())
    done = total - sum(steps[pair.name] for pair in waiting)
    yield Progress(done, total, "")
    for pair in waiting:
        for _ in write_pair(folder, pair):
            done += 1
            yield Progress(done, total, pair.name)


def is_done(folder: Path, pair: Pair) -> bool:
    """Whether all files of a pair are there; UserError where one is another call's."""
    files = pair.files(folder)
    there = [path for path in files.values() if path.exists()]
    for path in there:
        if png_text(path) != pair.text:
            raise UserError(f"{path} is there and was not made by this call; choose another --out.")
    missing = [name for name, path in files.items() if path not in there]
    return not missing or (missing == [""] and not _has_image(pair))


def _has_image(pair: Pair) -> bool:
    corner = Region(pair.region.y0, pair.region.x0, 1, 1)
    return pair.source[corner].image is not None


def write_pair(folder: Path, pair: Pair) -> Iterator[Region]:
    """Writes one pair band by band; nothing is left behind where it fails or is stopped."""
    with writing(folder), ExitStack() as stack:
        writers: dict[str, PngWriter] = {}
        for band in pair.bands():
            for name, rows in _layers(pair, band).items():
                if name not in writers:
                    writer = _writer(pair, pair.files(folder)[name], rows)
                    writers[name] = stack.enter_context(writer)
                writers[name].rows(rows)
            yield band


def _layers(pair: Pair, band: Region) -> dict[str, NDArray[Any]]:
    tissue = pair.source[band]
    masks = dict(zip(tissue.classes.names, tissue.masks, strict=True))
    return masks if tissue.image is None else {"": tissue.image, **masks}


def _writer(pair: Pair, path: Path, rows: NDArray[Any]) -> PngWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    return PngWriter(path, pair.region.shape, str(rows.dtype), pair.text)
