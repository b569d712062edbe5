"""What napari calls to open our pictures, dataset folders and models; napari is not needed here.

The manifest that announces it is ``tissuegan/napari.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tissuegan.errors import UserError
from tissuegan.io.source import Named, open_sources
from tissuegan.ome.virtual import virtual_array

__all__ = ["layers", "reader"]

LayerData = tuple[Any, dict[str, Any], str]


def reader(path: str | list[str]) -> Callable[[str | list[str]], list[LayerData]] | None:
    """A function that reads a path as layers, or None where it is nothing of ours."""
    if isinstance(path, list):
        return None
    try:
        open_sources(path)
    except UserError:
        return None
    return layers


def layers(path: str | list[str]) -> list[LayerData]:
    """Image and masks of everything at a path; a model is a canvas of seed 0.

    Arrays are read, or computed, where they are looked at.
    """
    paths = path if isinstance(path, list) else [path]
    named = [one for text in paths for one in open_sources(text)]
    return [layer for one in named for layer in _layers(one)]


def _layers(named: Named) -> list[LayerData]:
    source = named.source
    bounds, side = source.bounds, source.pixel_size_nm
    corner = (0, 0) if bounds is None else (bounds.y0, bounds.x0)
    place: dict[str, Any] = {"scale": (side, side), "translate": tuple(side * k for k in corner)}
    found: list[LayerData] = []
    array = virtual_array(source, source.classes.names[0])
    grey = array.store.picture.image  # type: ignore[attr-defined]
    if grey is not None:
        limits = (0, 255) if grey.dtype == "uint8" else (0, 65535)
        facts = {"name": named.name, "contrast_limits": limits, **place}
        found.append((virtual_array(source), facts, "image"))
    for name in source.classes.names:
        described: dict[str, Any] = {"name": f"{named.name} {name}", "opacity": 0.4, **place}
        found.append((virtual_array(source, name), described, "labels"))
    return found
