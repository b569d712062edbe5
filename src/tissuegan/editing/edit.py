"""What an edit is: a frozen value that says what it changes, and how far around it looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import ceil
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tissuegan.classes import LabelClasses
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region

FARTHEST = 2**62
MOST_NM = 5000.0

ClassName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Nanometres = Annotated[float, Field(gt=0, le=MOST_NM, allow_inf_nan=False)]
Coordinate = Annotated[int, Field(ge=-FARTHEST, le=FARTHEST)]
Point = tuple[Coordinate, Coordinate]


@dataclass(frozen=True)
class Plane:
    """What the labels of a source have everywhere: their classes and the side of a pixel."""

    classes: LabelClasses
    pixel_size_nm: float

    def pixels(self, nanometres: float) -> int:
        """A length in whole pixels, rounded up."""
        return ceil(nanometres / self.pixel_size_nm)


class Edit(BaseModel, ABC):
    """One edit. Equal values do the same to the same labels.

    A pixel of the result depends on the labels of :meth:`needs` alone, wherever the window that
    is asked for begins and ends: so an endless plane can be edited window by window.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True
    )

    edit: str
    class_: ClassName | None = Field(default=None, alias="class")

    def touches(self, place: Region, plane: Plane) -> bool:  # noqa: ARG002
        """Whether any pixel of a region can change."""
        return True

    @abstractmethod
    def needs(self, place: Region, plane: Plane) -> Region:
        """The region whose labels decide those of ``place``; it contains ``place``."""

    @abstractmethod
    def apply(self, masks: Masks, region: Region, plane: Plane) -> Masks:
        """The edited masks.

        Args:
            masks: bool (C, H, W) on ``region``; they are not changed.
            region: what :meth:`needs` asked for.
            plane: classes and pixel size.

        Returns:
            bool (C, H, W); only those of the place asked for are meant.
        """
