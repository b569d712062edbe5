"""What the viewer shows: sources by number, at any seed, with any edits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from threading import RLock
from typing import TYPE_CHECKING, Any

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.region import Region
from tissuegan.tissue import TissueSource

if TYPE_CHECKING:
    from tissuegan.editing import AnyEdit, Edited

NO_EDITS = "none"
CANVASES = 4
HISTORIES = 4
SCRIPTS = 256
SCRIPT_BYTES = 1 << 19
LEVELS_OF_ENDLESS = 3


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One thing to look at.

    Attributes:
        name: what to call it.
        at: the source for a seed; one that has no seed gives the same for all.
        seeded: whether the seed matters.
        edited: the source with edits.
        sketch: the source for a seed but for rounding, quick for a single small window.
    """

    name: str
    at: Callable[[int], TissueSource]
    seeded: bool
    edited: Callable[[TissueSource, Sequence[AnyEdit]], Edited]
    sketch: Callable[[int], TissueSource] | None = None


@dataclass(eq=False)
class Gallery:
    """Exhibits with what was opened of them lately; it may be asked from several threads.

    Scripts of edits are known by a digest of their text, so a link names them and a server that
    does not have one says so.
    """

    exhibits: Sequence[Exhibit]
    _open: OrderedDict[tuple[int, int], TissueSource] = field(default_factory=OrderedDict)
    _edited: OrderedDict[tuple[int, int, str], Edited] = field(default_factory=OrderedDict)
    _scripts: OrderedDict[str, tuple[AnyEdit, ...]] = field(default_factory=OrderedDict)
    _lock: RLock = field(default_factory=RLock)

    def source(self, number: int, seed: int, edits: str = NO_EDITS) -> TissueSource:
        """The source of an exhibit; KeyError where there is no such number or script."""
        with self._lock:
            exhibit = self.exhibit(number)
            key = (number, seed if exhibit.seeded else 0)
            if key not in self._open:
                _keep(self._open, key, exhibit.at(key[1]), CANVASES)
            if edits == NO_EDITS:
                return self._open[key]
            return self._history(exhibit, key, self._scripts[edits])

    def sketch(self, number: int, seed: int, edits: str = NO_EDITS) -> TissueSource:
        """A quick likeness of the source, or the source itself where there is none."""
        draw = self.exhibit(number).sketch
        if draw is None or edits != NO_EDITS:
            return self.source(number, seed, edits)
        return draw(seed)

    def exhibit(self, number: int) -> Exhibit:
        """An exhibit; KeyError where there is no such number."""
        if not 0 <= number < len(self.exhibits):
            raise KeyError(number)
        return self.exhibits[number]

    def script(self, digest: str) -> tuple[AnyEdit, ...]:
        """The edits of a script; KeyError where it is not known."""
        return () if digest == NO_EDITS else self._scripts[digest]

    def register(self, text: str, classes: LabelClasses) -> str:
        """Takes a JSON script of edits in and gives its digest; UserError where it is wrong."""
        from tissuegan.editing import parse_script, script_json
        from tissuegan.editing.script import check_classes

        if len(text) > SCRIPT_BYTES:
            raise UserError(f"These edits are longer than {SCRIPT_BYTES >> 10} kB")
        edits = parse_script(text, "the edits")
        check_classes(edits, classes)
        if not edits:
            return NO_EDITS
        digest = sha256(script_json(edits).encode()).hexdigest()[:24]
        with self._lock:
            _keep(self._scripts, digest, edits, SCRIPTS)
        return digest

    def _history(
        self, exhibit: Exhibit, key: tuple[int, int], edits: tuple[AnyEdit, ...]
    ) -> Edited:
        """The edited source, over the labels that were computed before its last local edits."""
        from tissuegan.editing.history import is_local

        first = max((k for k, edit in enumerate(edits, 1) if not is_local(edit)), default=0)
        base = self._one(key, edits[:first], lambda: exhibit.edited(self._open[key], edits[:first]))
        if first == len(edits):
            return base
        return self._one(key, edits, lambda: base.extended(edits[first:]))

    def _one(
        self, key: tuple[int, int], edits: tuple[AnyEdit, ...], make: Callable[[], Edited]
    ) -> Edited:
        from tissuegan.editing import script_json

        name = (*key, script_json(edits))
        if name not in self._edited:
            _keep(self._edited, name, make(), HISTORIES)
        self._edited.move_to_end(name)
        return self._edited[name]

    def facts(self, number: int) -> dict[str, Any]:
        """What a page needs to know of an exhibit."""
        exhibit, source = self.exhibit(number), self.source(number, 0)
        return {
            "name": exhibit.name,
            "seeded": exhibit.seeded,
            "pixel_size_nm": source.pixel_size_nm,
            "classes": list(source.classes.names),
            "colours": [list(colour) for colour in source.classes.colours],
            "levels": levels(source.bounds),
            "bounds": _corners(source.bounds),
        }


def levels(bounds: Region | None, tile: int = 256) -> int:
    """How many levels of halving there are: few where every pixel has to be made."""
    if bounds is None:
        return LEVELS_OF_ENDLESS
    return min(6, max(1, (-(-max(bounds.shape) // tile) - 1).bit_length() + 1))


def _corners(bounds: Region | None) -> list[int] | None:
    return None if bounds is None else [bounds.y0, bounds.x0, bounds.height, bounds.width]


def _keep(cache: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > most:
        cache.popitem(last=False)
