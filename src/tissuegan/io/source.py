"""Sources by name: what the options that take a ``SOURCE`` accept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tissuegan.errors import UserError
from tissuegan.models.card import CONFIG
from tissuegan.models.registry import load, shipped
from tissuegan.sampling.canvas import Canvas
from tissuegan.tissue import TissueSource


@dataclass(frozen=True, eq=False)
class Named:
    """A source and what to call it: a section's name, or a model's and a seed."""

    name: str
    source: TissueSource


def open_sources(text: str, seed: int = 0, count: int = 1) -> tuple[Named, ...]:
    """The sources that a model, a dataset folder or a stored file stands for.

    Args:
        text: a shipped model's name, a model or run folder, a dataset folder, a path or URL
            that ends in ``.ome.zarr``, or a file that ends in ``.ome.tif``.
        seed: of a model's first canvas.
        count: canvases of a model, with seeds ``seed``, ``seed + 1``, ...

    Returns:
        Endless canvases of a model; of a dataset every labelled section, in order; of a picture
        what is stored.

    Raises:
        UserError: nothing of that name, or it cannot be read.
    """
    if text.endswith((".ome.tif", ".ome.tiff")):
        from tissuegan.io.ome_tiff import open_ome_tiff

        return (Named(Path(text).name, open_ome_tiff(text)),)
    if text.rstrip("/").endswith(".ome.zarr"):
        from tissuegan.io.stored import open_ome_zarr

        return (Named(Path(text).name, open_ome_zarr(text.rstrip("/"))),)
    if is_model(text):
        model = load(text)
        seeds = range(seed, seed + count)
        return tuple(Named(f"{model.name} seed {k}", Canvas(model, k)) for k in seeds)
    if not Path(text).exists():
        known = ", ".join(shipped()) or "none"
        raise UserError(
            f"There is no source '{text}': it is neither a shipped model ({known}) nor a model "
            "folder, a run folder, a dataset folder, an OME-Zarr or an OME-TIFF; check the path."
        )
    from tissuegan.data import load_labels

    return tuple(Named(section.name, section) for section in load_labels(text))


def is_model(text: str) -> bool:
    """Whether a name is that of a shipped model, or a model or run folder."""
    folders = (Path(text), Path(text) / "model")
    return text in shipped() or any((folder / CONFIG).is_file() for folder in folders)
