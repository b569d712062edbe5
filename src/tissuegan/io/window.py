"""A window of a source as one picture, in the format that its name's ending says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tissuegan.ome.layout import CHUNK, SHARD
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

__all__ = ["PICTURES", "Workers", "is_picture", "write_window"]

PICTURES = (".ome.zarr", ".ome.tif", ".ome.tiff")


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Attributes:
        count: processes on this machine.
        scheduler: address of a Dask scheduler to ask instead.
        share: (i, n): this call does only share i of n, from 1 on; the call without a share
            does what is left.
    """

    count: int = 1
    scheduler: str | None = None
    share: tuple[int, int] | None = None


def is_picture(url: str) -> bool:
    """Whether a name is that of one picture and not of a dataset folder."""
    return url.endswith(PICTURES)


def write_window(
    source: TissueSource,
    url: str,
    region: Region,
    call: Mapping[str, str] | None = None,
    workers: Workers | None = None,
    sides: tuple[int, int] = (CHUNK, SHARD),
) -> Iterator[Progress]:
    """Writes a window of any source as OME-Zarr or OME-TIFF.

    Args:
        source: of the tissue.
        url: NAME.ome.zarr, a path or an fsspec URL, or the path of NAME.ome.tif.
        region: the window.
        call: says what decides the pixels; left out, the tissue's provenance.
        workers: who does the work; left out, this process.
        sides: of chunks and shards, in pixels.

    Raises:
        UserError: something else is there, or the place cannot be written.
    """
    from tissuegan.io.engine import engine
    from tissuegan.io.ome_tiff import parts_of, write_tiff
    from tissuegan.io.ome_zarr import write, write_share
    from tissuegan.io.plan import planned

    workers = workers or Workers()
    tiff = not url.endswith(".ome.zarr")
    plan = planned(source, parts_of(url) if tiff else url, region, call, sides, objects=not tiff)
    if workers.share is not None and not (tiff and Path(url).exists()):
        yield from write_share(plan, workers.share)
        return
    with engine(workers.count, workers.scheduler) as chosen:
        if tiff:
            yield from write_tiff(url, plan, partial(write, engine=chosen))
        else:
            yield from write(plan, chosen)
