"""Where the pixels of a window lie in an image pyramid of shards of chunks."""

from __future__ import annotations

from dataclasses import dataclass

from tissuegan.region import Region

__all__ = ["CHUNK", "SHARD", "Layout", "Place"]

CHUNK, SHARD = 512, 2048
Place = tuple[int, int]
"""Row and column of a shard in the grid of its level."""


@dataclass(frozen=True)
class Layout:
    """A window as a pyramid: each level has half the pixels a side of the one before.

    Attributes:
        region: the window, on the plane.
        chunk: side of what is read at once, in pixels.
        shard: side of what is written at once, in pixels; a multiple of ``chunk``.
        most: of levels.

    Raises:
        ValueError: a shard is not made of whole chunks.
    """

    region: Region
    chunk: int = CHUNK
    shard: int = SHARD
    most: int = 64

    def __post_init__(self) -> None:
        if self.chunk < 1 or self.shard < 1 or self.shard % self.chunk or self.shard % 2:
            raise ValueError(f"a shard of {self.shard} is no even number of chunks of {self.chunk}")

    @property
    def levels(self) -> int:
        """How many: the last one is a single chunk, unless ``most`` says otherwise."""
        fewest = next(k for k in range(65) if max(self.shape(k)) <= self.chunk)
        return min(fewest + 1, self.most)

    def shape(self, level: int) -> tuple[int, int]:
        """(height, width) of a level in its own pixels."""
        return -(-self.region.height >> level), -(-self.region.width >> level)

    def grid(self, level: int) -> tuple[int, int]:
        """Rows and columns of shards of a level."""
        height, width = self.shape(level)
        return -(-height // self.shard), -(-width // self.shard)

    def numbers(self, level: int) -> range:
        """The shards of a level, numbered row by row."""
        rows, columns = self.grid(level)
        return range(rows * columns)

    def place(self, level: int, number: int) -> Place:
        """Where a shard of a level lies in its grid."""
        return divmod(number, self.grid(level)[1])

    def window(self, level: int, place: Place) -> Region:
        """The pixels of a shard that a level has, in that level's own pixels from (0, 0) on."""
        whole = Region(place[0] * self.shard, place[1] * self.shard, self.shard, self.shard)
        return self.clipped(level, whole)

    def below(self, level: int, place: Place) -> list[list[Place]]:
        """Rows of the places, one level below, of the shards that a shard is made of."""
        rows, columns = self.grid(level - 1)
        y, x = ([2 * n, 2 * n + 1] for n in place)
        return [[(i, j) for j in x if j < columns] for i in y if i < rows]

    def clipped(self, level: int, window: Region) -> Region:
        """The part of a window that a level has; ValueError where it has none."""
        part = window.intersect(Region(0, 0, *self.shape(level)))
        if part is None:
            raise ValueError(f"{window} is not in {self.shape(level)}")
        return part

    def on_plane(self, window: Region) -> Region:
        """A window of level 0 in the coordinates of the plane."""
        return window.shift(self.region.y0, self.region.x0)
