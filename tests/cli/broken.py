"""Ways in which a dataset folder can be wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image


def empty(folder: Path) -> None:
    for name in ("images", "labels", "dataset.toml"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def truncated_tiff(folder: Path) -> None:
    path = _as_tiff(folder, lambda image: image)
    path.write_bytes(path.read_bytes()[:-5000])


def truncated_png(folder: Path) -> None:
    path = _first(folder / "labels" / "membrane")
    path.write_bytes(path.read_bytes()[:-300])


def colour(folder: Path) -> None:
    path = _first(folder / "images")
    grey = np.array(Image.open(path))
    Image.fromarray(np.stack([grey, grey // 2, grey], axis=-1)).save(path)


def floats_with_nan(folder: Path) -> None:
    _as_tiff(folder, lambda image: np.where(image > 200, np.nan, image).astype(np.float32))


def mask_of_another_size(folder: Path) -> None:
    path = _first(folder / "labels" / "membrane")
    Image.fromarray(np.array(Image.open(path))[:-1]).save(path)


def one_pixel(folder: Path) -> None:
    for path in folder.rglob("*.png"):
        Image.fromarray(np.array(Image.open(path))[:1, :1]).save(path)


def _as_tiff(folder: Path, change: Callable[[NDArray[np.uint8]], NDArray[np.generic]]) -> Path:
    """Puts a changed image in the place of the first one, as TIFF."""
    path = _first(folder / "images")
    tifffile.imwrite(path.with_suffix(".tif"), change(np.array(Image.open(path))))
    path.unlink()
    return path.with_suffix(".tif")


def _first(folder: Path) -> Path:
    return min(folder.iterdir())


IN_IMAGES: Mapping[str, Callable[[Path], None]] = {
    "truncated TIFF": truncated_tiff,
    "colour": colour,
    "float NaN": floats_with_nan,
}
IN_LABELS: Mapping[str, Callable[[Path], None]] = {
    "empty folder": empty,
    "truncated PNG": truncated_png,
    "mask of another size": mask_of_another_size,
}
FOR_TRAINING = {**IN_IMAGES, **IN_LABELS, "one pixel": one_pixel}
