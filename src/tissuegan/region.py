"""Where: a rectangle of pixels on an unbounded plane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from operator import index

__all__ = ["Region"]


@dataclass(frozen=True, order=True)
class Region:
    """A rectangle of whole pixels: rows ``y0 .. y1 - 1``, columns ``x0 .. x1 - 1``.

    All four numbers are Python integers without bounds, so negative coordinates and coordinates
    far beyond 2**40 are as good as any; NumPy integers are turned into Python ones.

    Raises:
        ValueError: the height or the width is below 1.
        TypeError: one of the numbers is not an integer.
    """

    y0: int
    x0: int
    height: int
    width: int

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, index(getattr(self, field.name)))
        if self.height < 1 or self.width < 1:
            raise ValueError(
                f"a region needs a height and a width of at least 1 pixel, "
                f"not {self.height} and {self.width}"
            )

    @classmethod
    def _between(cls, y0: int, x0: int, y1: int, x1: int) -> Region:
        return cls(y0, x0, y1 - y0, x1 - x0)

    @property
    def y1(self) -> int:
        """The row after the last one."""
        return self.y0 + self.height

    @property
    def x1(self) -> int:
        """The column after the last one."""
        return self.x0 + self.width

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width), as the shape of an array that covers the region."""
        return self.height, self.width

    @property
    def area(self) -> int:
        """The number of pixels."""
        return self.height * self.width

    def grow(self, margin: int) -> Region:
        """The region with ``margin`` more pixels on every side (fewer if negative).

        Raises:
            ValueError: a negative margin leaves nothing.
        """
        return Region._between(
            self.y0 - margin, self.x0 - margin, self.y1 + margin, self.x1 + margin
        )

    def shift(self, dy: int, dx: int) -> Region:
        """The region moved ``dy`` rows down and ``dx`` columns right."""
        return Region(self.y0 + dy, self.x0 + dx, self.height, self.width)

    def contains(self, other: Region) -> bool:
        """Whether every pixel of ``other`` is a pixel of this region."""
        rows = self.y0 <= other.y0 and other.y1 <= self.y1
        return rows and self.x0 <= other.x0 and other.x1 <= self.x1

    def crop(self, inner: Region) -> tuple[slice, slice]:
        """Slices (rows, columns) that cut ``inner`` out of an array covering this region.

        Raises:
            ValueError: ``inner`` is not inside this region.
        """
        if not self.contains(inner):
            raise ValueError(f"{inner} is not inside {self}")
        y, x = inner.y0 - self.y0, inner.x0 - self.x0
        return slice(y, y + inner.height), slice(x, x + inner.width)

    def intersect(self, other: Region) -> Region | None:
        """The pixels that both regions have, or None where they have none in common."""
        y0, x0 = max(self.y0, other.y0), max(self.x0, other.x0)
        y1, x1 = min(self.y1, other.y1), min(self.x1, other.x1)
        return Region._between(y0, x0, y1, x1) if y0 < y1 and x0 < x1 else None

    def align(self, stride: int) -> Region:
        """The smallest region around this one whose four edges are multiples of ``stride``.

        Raises:
            ValueError: the stride is below 1.
        """
        if stride < 1:
            raise ValueError(f"a lattice needs a stride of at least 1 pixel, not {stride}")
        y1, x1 = -(-self.y1 // stride) * stride, -(-self.x1 // stride) * stride
        return Region._between(self.y0 // stride * stride, self.x0 // stride * stride, y1, x1)

    def tiles(self, size: int) -> Iterator[Region]:
        """Every whole ``size`` x ``size`` tile that touches this region, row by row.

        The tiles belong to one lattice, anchored at (0, 0), whatever the region.

        Raises:
            ValueError: the size is below 1.
        """
        whole = self.align(size)
        columns = range(whole.x0, whole.x1, size)
        rows = range(whole.y0, whole.y1, size)
        return (Region(y, x, size, size) for y in rows for x in columns)
