"""What a study shows, decided before the first participant comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.evaluation.answers import REAL
from tissuegan.web.study.fields import Field, System, comparable, split
from tissuegan.web.study.sources import Mode

__all__ = ["TILES", "Study", "plan"]

TILES = 9
"""On a page: three rows of three (facts 6.8)."""


@dataclass(frozen=True, eq=False)
class Study:
    """The protocol and what tiles are cut from.

    Attributes:
        mode: "image", "label", or "pair" for the label beside the image.
        crop: side of a tile in pixels.
        pages: of nine tiles, for each participant.
        seed: decides every draw.
        systems: names of the synthetic systems.
        classes: of the masks; None in a study of images.
        tests: for every system and for real ("") the fields that tiles to be judged are cut from.
        examples: likewise, other fields for the labelled examples.
        digests: for every system and for real, SHA-256 of all of its fields.
    """

    mode: Mode
    crop: int
    pages: int
    seed: int
    systems: tuple[str, ...]
    classes: LabelClasses | None
    tests: Mapping[str, tuple[Field, ...]]
    examples: Mapping[str, tuple[Field, ...]]
    digests: Mapping[str, str]

    @property
    def examples_of_each(self) -> int:
        """Real examples a page, and as many synthetic ones: 4, or 3 of pairs (facts 6.8)."""
        return 3 if self.mode == "pair" else 4

    @property
    def settings(self) -> dict[str, object]:
        """What must stay as it is while answers are collected in one file; plain JSON."""
        return {
            "mode": self.mode,
            "crop": self.crop,
            "seed": self.seed,
            "systems": list(self.systems),
            "digests": dict(self.digests),
            "fields": {
                name: {"tests": _names(self.tests[name]), "examples": _names(self.examples[name])}
                for name in self.tests
            },
        }


def plan(
    real: System, synthetic: Sequence[System], mode: Mode, crop: int, pages: int, seed: int
) -> Study:
    """A study of some systems against real tissue.

    Args:
        real: with the name "".
        synthetic: one or more, each with a name of its own.
        mode: what is shown.
        crop: side of a tile in pixels; 0 shows whole fields, which must all be one square size.
        pages: for each participant.
        seed: decides every draw.

    Raises:
        UserError: two systems have one name, sizes or classes do not fit, or fields are too few.
    """
    _check_names([system.name for system in synthetic])
    systems = comparable((real, *synthetic))
    crop = crop or _common_side(systems)
    parts = {system.name: split(system, crop) for system in systems}
    return Study(
        mode=mode,
        crop=crop,
        pages=pages,
        seed=seed,
        systems=tuple(system.name for system in synthetic),
        classes=systems[0].classes,
        tests={name: tests for name, (_, tests) in parts.items()},
        examples={name: shown for name, (shown, _) in parts.items()},
        digests={system.name: system.digest for system in systems},
    )


def _names(fields: Sequence[Field]) -> list[str]:
    return [field.name for field in fields]


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UserError(
                f"Two synthetic sources are called {name}; name them as in "
                f"--synthetic first={name}."
            )
        if name == REAL or len(name) > 60 or not name.isprintable():
            raise UserError(
                f"'{name}' is no name for a system; give one of 1 to 60 characters, as in "
                "--synthetic NAME=SOURCE."
            )


def _common_side(systems: Sequence[System]) -> int:
    shapes = {field.shape for system in systems for field in system.fields}
    H, W = next(iter(shapes))
    if len(shapes) > 1 or H != W:
        told = ", ".join(f"{h}x{w}" for h, w in sorted(shapes)[:3])
        raise UserError(
            f"Whole sections can be shown only where all are squares of one size; these are {told}"
            "; choose a size with --crop."
        )
    return H
