"""Writing the phantom as a dataset folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tissuegan.data.phantom import Phantom
from tissuegan.errors import UserError
from tissuegan.io.files import writing
from tissuegan.io.folder import write_settings
from tissuegan.io.pairs import Pair, write_pairs
from tissuegan.progress import Progress
from tissuegan.region import Region

__all__ = ["write_phantom"]


def write_phantom(
    path: str | Path, sections: int, size: tuple[int, int], seed: int
) -> Iterator[Progress]:
    """Writes sections of the phantom as a dataset folder; the same call goes on where it stopped.

    Args:
        path: the dataset folder.
        sections: how many; section k is the phantom ``seed + k``.
        size: (height, width) of each, from (0, 0) on.
        seed: the first.

    Raises:
        UserError: a number is out of range, other contents are there, or the folder cannot be
            written.
    """
    if sections < 1 or min(size) < 1 or seed < 0 or seed + sections > 2**64:
        raise UserError(
            f"{sections} sections of {size[0]}x{size[1]} from seed {seed} cannot be made; give at "
            "least one section of one pixel, and seeds from 0 to 2**64 - 1"
        )
    digits = max(2, len(str(sections - 1)))
    pairs = [_pair(f"{k:0{digits}}", seed + k, Region(0, 0, *size)) for k in range(sections)]
    write_settings(Path(path), pairs[0].source.classes, pairs[0].source.pixel_size_nm)
    with writing(Path(path)):
        yield from write_pairs(Path(path), pairs)


def _pair(name: str, seed: int, region: Region) -> Pair:
    return Pair(name, Phantom(seed), region, {"made by": "data phantom", "seed": str(seed)})
