"""Random patches of annotated sections: a pure function of seed, step and place in the batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.augment import SYMMETRIES, symmetry
from tissuegan.data.intensity import Intensity
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.tissue import Tissue

__all__ = ["PatchSampler", "Patches"]


@dataclass(frozen=True, eq=False)
class Patches:
    """One batch.

    Attributes:
        masks: float32 (B, C, H, W), 0 or 1.
        image: float32 (B, 1, H, W) in [-1, 1], or None where the sections have no images.
        made: float32 (B / 2, C, H, W), 0 or 1, of what a model draws, or None.
    """

    masks: NDArray[np.float32]
    image: NDArray[np.float32] | None
    made: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class PatchSampler:
    """Draws square patches that show the whole of the sections, borders and corners too.

    A patch lies with equal odds at any place where it touches a section, and is then moved inside
    of it. Were every place inside as likely as any other, no patch would show a corner unless it
    lay in that corner: patches of half a section would show its middle thousands of times as often,
    and a model would learn the middle's tissue.

    Attributes:
        sections: all with the same classes; all with an image, or none.
        crop: the side of a patch, in pixels.
        batch: the number of patches of a step, over all ranks.
        seed: with the step, decides every patch.
        range: of grey levels that is mapped to [-1, 1]; that of the sections where not given.

    Raises:
        UserError: no section is as large as ``crop``, or only some sections have images.
    """

    sections: Sequence[Section]
    crop: int
    batch: int
    seed: int
    range: Intensity | None = None

    def __post_init__(self) -> None:
        if self.crop < 1 or self.batch < 1:
            raise UserError(f"crop={self.crop} and batch={self.batch} must both be at least 1")
        if not self._ends[-1:].any():
            raise UserError(_too_small(self.sections, self.crop))
        if len({section.tissue.image is None for section in self.sections}) > 1:
            raise UserError("only some of the sections have an image; give images to all or none")

    @cached_property
    def intensity(self) -> Intensity | None:
        """The range of grey levels that is mapped to [-1, 1]; None without images."""
        if self.sections[0].tissue.image is None:
            return None
        return self.range or Intensity.of(self.sections)

    def draw(self, step: int, rank: int = 0, world: int = 1) -> Patches:
        """The patches of one step, or those of rank ``rank`` among ``world``.

        Items ``rank::world`` of the step's batch, so that the ranks together have exactly the
        batch of a single process.

        Raises:
            ValueError: the rank is not one of ``world``, or it would get no patch.
        """
        items = range(self.batch)[rank::world]
        if not 0 <= rank < world or not items:
            raise ValueError(f"rank {rank} of {world} gets no patch of a batch of {self.batch}")
        drawn = [self._item(step, item) for item in items]
        masks = np.stack([masks for masks, _ in drawn])
        images = [image for _, image in drawn if image is not None]
        return Patches(masks, np.stack(images) if images else None)

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """The running total of the area of the sections that a patch fits into, int64 (n,)."""
        fits = [self.crop <= min(section.bounds.shape) for section in self.sections]
        areas = [section.bounds.area for section in self.sections]
        return np.cumsum(np.multiply(areas, fits), dtype=np.int64)

    def _item(self, step: int, item: int) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Masks (C, H, W) and image (1, H, W) of one patch."""
        random = np.random.default_rng([self.seed, step, item])
        tissue = self._window(random)
        turn = int(random.integers(SYMMETRIES))
        masks = symmetry(tissue.masks, turn).astype(np.float32)
        if self.intensity is None or tissue.image is None:
            return masks, None
        return masks, self.intensity.to_unit(symmetry(tissue.image, turn))[None]

    def _window(self, random: np.random.Generator) -> Tissue:
        """A window of a section, which is drawn by its area."""
        pixel = random.integers(self._ends[-1])
        section = self.sections[int(np.searchsorted(self._ends, pixel, side="right"))]
        bounds = section.bounds
        y, x = (_moved_inside(random, side, self.crop) for side in bounds.shape)
        return section[Region(bounds.y0 + y, bounds.x0 + x, self.crop, self.crop)]


def _moved_inside(random: np.random.Generator, side: int, crop: int) -> int:
    """Where a patch begins that touches ``side`` pixels at random, so that it lies inside them."""
    return int(np.clip(random.integers(1 - crop, side), 0, side - crop))


def _too_small(sections: Sequence[Section], crop: int) -> str:
    if not sections:
        return "there are no sections to draw patches from; check --data and --sections"
    sizes = sorted({s.bounds.shape for s in sections}, key=lambda shape: -min(shape))
    shown = ", ".join(f"{h}x{w}" for h, w in sizes[:3]) + (", ..." if len(sizes) > 3 else "")
    return (
        f"no section is as large as a patch of {crop}x{crop} (the sections are {shown}); "
        f"choose smaller patches with --set crop={max(1, min(sizes[0]))}"
    )
