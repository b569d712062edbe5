"""A window to take away: a dataset folder with one pair, zipped, and the script of its edits."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from tissuegan.io.folder import write_pair
from tissuegan.io.generate import write_picture_file
from tissuegan.io.pairs import Pair
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

DATE = (1980, 1, 1, 0, 0, 0)


def zipped(source: TissueSource, region: Region, script: str) -> bytes:
    """The PNG pair of a window as a dataset folder in a ZIP file; equal windows, equal bytes."""
    stream = BytesIO()
    with TemporaryDirectory() as place, zipfile.ZipFile(stream, "w") as archive:
        folder = Path(place)
        write_pair(folder, f"y{region.y0}_x{region.x0}", source[region])
        (folder / "edits.json").write_text(script, encoding="utf-8")
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = zipfile.ZipInfo(f"tissue/{path.relative_to(folder)}", DATE)
            archive.writestr(name, path.read_bytes())
    return stream.getvalue()


def ome_tiff(source: TissueSource, region: Region, script: str) -> bytes:
    """A window as an OME-TIFF."""
    with TemporaryDirectory() as place:
        path = Path(place) / "tissue.ome.tif"
        call = {"made by": "view", "edits": script}
        for _ in write_picture_file(Pair("tissue", source, region, call), str(path)):
            pass
        return path.read_bytes()
