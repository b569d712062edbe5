"""The classes of a label map: their names, their colours, and the ways to store them."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Colour", "LabelClasses"]

Colour = tuple[int, int, int]

# The palette of Okabe and Ito, which colour-blind people tell apart, in an order of our own.
_PALETTE: tuple[Colour, ...] = (
    (213, 94, 0),  # vermilion
    (0, 158, 115),  # bluish green
    (86, 180, 233),  # sky blue
    (240, 228, 66),  # yellow
    (204, 121, 167),  # reddish purple
    (0, 114, 178),  # blue
    (230, 159, 0),  # orange
)
_OWN_COLOURS: Mapping[str, Colour] = {"membrane": _PALETTE[0], "mitochondrion": _PALETTE[1]}
_GOLDEN_TURN = 0.6180339887498949


@dataclass(frozen=True)
class LabelClasses:
    """The classes of a label map, in the order of its masks' first axis.

    Names are unique and not empty. Colours are (red, green, blue), 0 to 255 each, one a class;
    where none are given they come from a palette that colour-blind people can tell apart, with
    red for ``membrane`` and green for ``mitochondrion``.

    Raises:
        ValueError: no names, an empty or a repeated name, a wrong number of colours, or a colour
            that is not three integers from 0 to 255.
    """

    names: tuple[str, ...]
    colours: tuple[Colour, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        _check_names(self.names)
        colours = tuple(self.colours) or _default_colours(self.names)
        if len(colours) != len(self.names):
            raise ValueError(f"{len(self.names)} classes cannot have {len(colours)} colours")
        object.__setattr__(self, "colours", tuple(_checked_colour(c) for c in colours))

    def __len__(self) -> int:
        return len(self.names)

    def index(self, name: str) -> int:
        """The place of a class on the masks' first axis.

        Raises:
            ValueError: there is no class of that name.
        """
        if name not in self.names:
            raise ValueError(f"there is no class '{name}' among {', '.join(self.names)}")
        return self.names.index(name)

    def select(self, names: Iterable[str]) -> LabelClasses:
        """Only the named classes, in the order named, with the colours that they have here.

        Raises:
            ValueError: one of the names is not here, or is named twice, or none is named.
        """
        names = tuple(names)
        colours = tuple(self.colours[self.index(name)] for name in names)
        return LabelClasses(names, colours)

    def masks_from_index(
        self, index: NDArray[np.integer], values: Mapping[str, int]
    ) -> NDArray[np.bool_]:
        """Masks from a label map that has one value a class.

        Args:
            index: integers (H, W).
            values: for every class, the value that it has in ``index``; other values are
                background, and other names are ignored.

        Returns:
            bool (C, H, W).

        Raises:
            ValueError: ``index`` is not two-dimensional integers, or a class has no value.
        """
        if index.ndim != 2 or not np.issubdtype(index.dtype, np.integer):
            raise ValueError(f"an index map is integers (H, W), not {_described(index)}")
        absent = [name for name in self.names if name not in values]
        if absent:
            raise ValueError(f"no value is given for {', '.join(absent)}")
        return np.stack([index == values[name] for name in self.names])

    def index_from_masks(self, masks: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The label map with one value a class, for masks that need not be disjoint.

        Args:
            masks: bool (C, H, W).

        Returns:
            uint8 (H, W): 0 is background, k + 1 is class k; the later class wins an overlap.

        Raises:
            ValueError: ``masks`` are not these classes' masks, or there are more than 255.
        """
        self._check_masks(masks)
        if len(self) > 255:
            raise ValueError(f"8 bits hold 255 classes, not {len(self)}")
        index = np.zeros(masks.shape[1:], np.uint8)
        for value, mask in enumerate(masks, start=1):
            index[mask] = value
        return index

    def paint(
        self,
        masks: NDArray[np.bool_],
        image: NDArray[np.uint8] | NDArray[np.uint16] | None = None,
        opacity: float = 0.5,
    ) -> NDArray[np.uint8]:
        """A picture of the masks, in the classes' colours; the later class lies on top.

        Every pixel depends on its own mask and intensity only, so pictures of neighbouring
        windows fit together.

        Args:
            masks: bool (C, H, W).
            image: uint8 or uint16 (H, W) to lay the colours over, 16 bits shown at their full
                range; without one the colours are solid and the background is black.
            opacity: of the colours over the image, from 0 (unseen) to 1 (solid).

        Returns:
            uint8 (H, W, 3): red, green, blue.

        Raises:
            ValueError: wrong shapes or types, or an opacity outside 0 to 1.
        """
        self._check_masks(masks)
        if not 0 <= opacity <= 1:
            raise ValueError(f"opacity goes from 0 to 1, not {opacity}")
        weight = 1.0 if image is None else opacity
        picture = _backdrop(image, masks.shape[1:])
        coloured = picture.copy()
        for colour, mask in zip(self.colours, masks, strict=True):
            coloured[mask] = np.rint((1 - weight) * picture[mask] + weight * np.array(colour))
        return coloured

    def _check_masks(self, masks: NDArray[np.bool_]) -> None:
        if masks.dtype != np.bool_ or masks.ndim != 3 or len(masks) != len(self):
            raise ValueError(f"masks are bool ({len(self)}, H, W), not {_described(masks)}")


def _check_names(names: tuple[str, ...]) -> None:
    if not names:
        raise ValueError("a label map needs at least one class")
    if not all(names):
        raise ValueError(f"every class needs a name, which {names} does not give")
    if len(set(names)) < len(names):
        raise ValueError(f"every class needs a name of its own, which {names} does not give")


def _checked_colour(colour: Iterable[int]) -> Colour:
    levels = tuple(int(level) for level in colour)
    if len(levels) != 3 or not all(0 <= level <= 255 for level in levels):
        raise ValueError(f"a colour is three integers from 0 to 255, not {colour}")
    return levels[0], levels[1], levels[2]


def _default_colours(names: tuple[str, ...]) -> tuple[Colour, ...]:
    taken = {_OWN_COLOURS[name] for name in names if name in _OWN_COLOURS}
    free = [colour for colour in _PALETTE if colour not in taken]
    others = [name for name in names if name not in _OWN_COLOURS]
    free += [_spare_colour(k) for k in range(len(others) - len(free))]
    return tuple({**dict(zip(others, free, strict=False)), **_OWN_COLOURS}[n] for n in names)


def _spare_colour(k: int) -> Colour:
    """Colours for when the palette is used up: hues by the golden ratio, never two alike."""
    levels = colorsys.hsv_to_rgb(k * _GOLDEN_TURN % 1, 0.8, 0.9)
    return _checked_colour(round(255 * level) for level in levels)


def _backdrop(
    image: NDArray[np.uint8] | NDArray[np.uint16] | None, shape: tuple[int, ...]
) -> NDArray[np.uint8]:
    """The image, or black, as a grey picture, uint8 (H, W, 3)."""
    grey = np.zeros(shape, np.uint8) if image is None else image
    if grey.shape != shape or grey.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"an image here is uint8 or uint16 {shape}, not {_described(grey)}")
    eight = (grey >> 8 if grey.dtype == np.uint16 else grey).astype(np.uint8)
    return np.repeat(eight[..., None], 3, axis=-1)


def _described(array: NDArray[np.generic]) -> str:
    return f"{array.dtype} {array.shape}"
