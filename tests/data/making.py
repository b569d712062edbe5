"""Small datasets for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tissuegan.classes import LabelClasses
from tissuegan.data.section import Section
from tissuegan.region import Region
from tissuegan.tissue import Tissue


def write(path: Path, array: NDArray[Any]) -> Path:
    """Writes an array as PNG or TIFF, by the name's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        Image.fromarray(array).save(path)
    else:
        tifffile.imwrite(path, array)
    return path


def toml(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dataset.toml"
    path.write_text(text, encoding="utf-8")
    return path


def grey(shape: tuple[int, int] = (40, 32), dtype: str = "uint8", seed: int = 0) -> NDArray[Any]:
    """Random grey levels, darkest in the left quarter, where :func:`lines` has its class."""
    top = np.iinfo(dtype).max
    image = np.random.default_rng(seed).integers(top // 2, top, shape, dtype=dtype, endpoint=True)
    image[:, : shape[1] // 4] //= 8
    return image


def lines(shape: tuple[int, int] = (40, 32)) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    mask[:, : shape[1] // 4] = True
    return mask


def blob(shape: tuple[int, int] = (40, 32)) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    mask[5:15, 20:28] = True
    return mask


MASKS: Mapping[str, NDArray[np.bool_]] = {"membrane": lines(), "mitochondrion": blob()}


def dataset(folder: Path, names: tuple[str, ...] = ("a", "b")) -> Path:
    """A sound dataset folder with images and two classes of masks."""
    toml(folder, 'pixel_size_nm = 4.6\nclasses = ["membrane", "mitochondrion"]\n')
    for k, name in enumerate(names):
        write(folder / "images" / f"{name}.png", grey(seed=k))
        for cls, mask in MASKS.items():
            write(folder / "labels" / cls / f"{name}.png", mask.astype(np.uint8) * 255)
    return folder


def section(
    shape: tuple[int, int] = (40, 32), dtype: str | None = "uint8", seed: int = 0, name: str = "a"
) -> Section:
    """Random masks and, unless ``dtype`` is None, a random image."""
    random = np.random.default_rng(seed)
    image = None if dtype is None else grey(shape, dtype, seed)
    masks = random.random((2, *shape)) < 0.3
    classes = LabelClasses(("membrane", "mitochondrion"))
    return Section(name, Tissue(masks, image, classes, 4.6, Region(0, 0, *shape)))
