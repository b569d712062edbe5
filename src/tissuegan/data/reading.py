"""One picture file -> one array, or one plain sentence that says why not."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tissuegan.errors import UserError

__all__ = [
    "PICTURE_SUFFIXES",
    "Grey",
    "as_grey",
    "in_order",
    "pictures_in",
    "read_grey",
    "read_index",
    "read_mask",
    "read_provenance",
    "read_raw",
]

PICTURE_SUFFIXES = (".png", ".tif", ".tiff")

Grey = NDArray[np.uint8] | NDArray[np.uint16]

_COLOURS = ("LA", "RGB", "RGBA")
SMALLEST_DOUBT = 1 << 30
DENSEST = 10_000
"""A TIFF of more bytes than these, and of so many for one of its file's, is damaged."""


def read_grey(path: Path) -> Grey:
    """The image of one section.

    Returns:
        uint8 or uint16 (H, W).

    Raises:
        UserError: the file cannot be read, or is not one channel of 8 or 16 bits.
    """
    return as_grey(read_raw(path), path)


def as_grey(array: NDArray[Any], path: Path) -> Grey:
    """The image in a file's array, uint8 or uint16 (H, W); UserError as above."""
    array = _one_channel(array, path)
    if np.issubdtype(array.dtype, np.floating):
        holes = " (some are NaN)" if np.isnan(array).any() else ""
        raise UserError(
            f"{path} holds floating-point numbers{holes}; images are 8 or 16 bit integers, "
            "so scale it and save it as one of these"
        )
    if array.dtype == np.bool_:
        array = array.astype(np.uint8) * np.uint8(255)
    if array.dtype not in (np.uint8, np.uint16):
        raise UserError(f"{path} is {array.dtype}; images are 8 or 16 bit, so save it as such")
    return array


def read_mask(path: Path) -> NDArray[np.bool_]:
    """The mask of one class: bool (H, W), true where the file is not zero; UserError as above."""
    mask: NDArray[np.bool_] = _integers(path) != 0
    return mask


def read_index(path: Path) -> NDArray[np.integer]:
    """An index map, one integer a class: integers (H, W); UserError as above."""
    array = _integers(path)
    return array.astype(np.uint8) if array.dtype == np.bool_ else array


def read_raw(path: Path) -> NDArray[Any]:
    """The array as the file has it, whatever its shape and type.

    Raises:
        UserError: the file is missing, of an unknown kind, damaged or cut short.
    """
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise UserError(f"{path} is not a PNG or TIFF file; convert it to one of these")
    try:
        return _read_png(path) if path.suffix.lower() == ".png" else _read_tiff(path)
    except FileNotFoundError:
        raise UserError(f"{path} does not exist; put it there or correct the path") from None
    except PermissionError:
        raise UserError(f"{path} may not be read; change its permissions") from None
    except Exception as error:  # of a damaged file, decoders raise whatever they come upon
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UserError(
            f"{path} cannot be read, it may be damaged or cut short ({reason}); "
            "copy or export it again"
        ) from None


def read_provenance(path: Path) -> dict[str, str]:
    """What a PNG that this program wrote says of itself; empty for any other file."""
    if path.suffix.lower() != ".png":
        return {}
    from PIL import PngImagePlugin

    try:
        with path.open("rb") as file, PngImagePlugin.PngImageFile(file) as picture:
            facts = json.loads(picture.info.get("tissuegan", "{}"))
    except Exception:  # as above
        return {}
    return {str(k): str(v) for k, v in facts.items()} if isinstance(facts, dict) else {}


def pictures_in(folder: Path) -> dict[str, Path]:
    """The PNG and TIFF files of a folder by stem, in natural order; hidden files are left out.

    Raises:
        UserError: two files have the same stem.
    """
    found: dict[str, Path] = {}
    for path in in_order(p for p in folder.iterdir() if is_picture(p)):
        if path.stem in found:
            raise UserError(
                f"{folder} has both {found[path.stem].name} and {path.name}; keep one of the two"
            )
        found[path.stem] = path
    return found


def is_picture(path: Path) -> bool:
    """Whether a path is a visible PNG or TIFF file."""
    named = not path.name.startswith(".") and path.suffix.lower() in PICTURE_SUFFIXES
    return named and path.is_file()


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Paths by name, numbers inside the names by their value (2 before 10)."""
    return sorted(paths, key=lambda path: (natural(path.stem), path.suffix))


def natural(name: str) -> tuple[tuple[tuple[str, int], ...], str]:
    """A key that sorts names with the numbers in them by value."""
    parts = re.findall(r"(\D*)(\d*)", name)
    return tuple((text, int(digits or -1)) for text, digits in parts), name


def _read_png(path: Path) -> NDArray[Any]:
    from imagecodecs import png_decode
    from PIL import PngImagePlugin

    # Opened by its class, since Image.open refuses sections of more than 178 megapixels.
    with path.open("rb") as file, PngImagePlugin.PngImageFile(file) as picture:
        picture.load()
        if picture.mode in _COLOURS and _depth(path) == 16:
            return np.asarray(png_decode(path.read_bytes()))  # Pillow would make 8 bits of it
        return np.array(picture)


def _depth(path: Path) -> int:
    """Bits a channel, from the header of a PNG."""
    with path.open("rb") as file:
        return file.read(25)[24]


def _read_tiff(path: Path) -> NDArray[Any]:
    import tifffile

    with _silent_tifffile(), tifffile.TiffFile(path) as file:
        if file.series[0].nbytes > max(SMALLEST_DOUBT, DENSEST * path.stat().st_size):
            raise ValueError("it claims to be far larger than what it holds")
        array: NDArray[Any] = np.asarray(file.asarray())
        negative = file.pages.first.photometric == tifffile.PHOTOMETRIC.MINISWHITE
        if negative and array.dtype.kind == "u":
            np.invert(array, out=array)  # what viewers show; but of masks, the stored 1 counts
        return array


@contextmanager
def _silent_tifffile() -> Iterator[None]:
    """Keep tifffile's log lines about damaged files off the user's screen."""
    logger = logging.getLogger("tifffile")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _one_channel(array: NDArray[Any], path: Path) -> NDArray[Any]:
    """(H, W) of an array whose colour channels are alike, if it has any."""
    if array.ndim == 2 and array.size:
        return array
    if array.ndim == 3 and array.size and array.shape[-1] in (2, 3, 4):
        return _grey_of_colours(array, path)
    shape = " x ".join(str(side) for side in array.shape)
    raise UserError(
        f"{path} has the shape {shape}, not rows x columns; save each section as its own "
        "one-channel file"
    )


def _grey_of_colours(array: NDArray[Any], path: Path) -> NDArray[Any]:
    colours, alpha = _without_alpha(array)
    if alpha is not None and not (alpha == alpha.flat[0]).all():
        raise UserError(f"{path} has transparent parts; convert it to one grey channel")
    if not (colours == colours[..., :1]).all():
        raise UserError(f"{path} is a colour picture; convert it to one grey channel")
    return np.ascontiguousarray(colours[..., 0])


def _without_alpha(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None]:
    if array.shape[-1] == 3:
        return array, None
    return array[..., :-1], array[..., -1]


def _integers(path: Path) -> NDArray[Any]:
    array = _one_channel(read_raw(path), path)
    if array.dtype != np.bool_ and not np.issubdtype(array.dtype, np.integer):
        raise UserError(
            f"{path} holds {array.dtype} numbers; label files hold integers, so save it as "
            "8 or 16 bit"
        )
    return array
