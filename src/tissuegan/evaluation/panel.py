"""Who is judged, and against what: fields of tissue by system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tissuegan.objects import Roles
from tissuegan.tissue import Tissue, TissueSource

Json = dict[str, Any]
Mask = NDArray[np.bool_]
Cells = Callable[[int], Iterator[tuple[Mask, Mask]]]


class Remember(Protocol):
    """What was computed before: the same key gives the same value without computing it again."""

    def __call__(self, key: Sequence[str], make: Callable[[], Json], /) -> Json:
        """The value of a key, made if it is not known; values are what JSON can say."""
        ...

    def knows(self, key: Sequence[str], /) -> bool:
        """Whether the value of a key would not have to be made."""
        ...


class Memory:
    """Remembers for as long as it lives."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Json] = {}

    def __call__(self, key: Sequence[str], make: Callable[[], Json], /) -> Json:
        """The value of a key, made if it is not known."""
        place = tuple(key)
        if place not in self._known:
            self._known[place] = make()
        return self._known[place]

    def knows(self, key: Sequence[str], /) -> bool:
        """Whether the key has a value."""
        return tuple(key) in self._known


@dataclass(frozen=True, eq=False)
class Field:
    """One field of tissue, made when it is first looked at.

    Attributes:
        name: of the section, or of the model and the seed.
        digest: of everything that the tissue depends on, known without making it.
        make: makes the tissue.
    """

    name: str
    digest: str
    make: Callable[[], Tissue]

    @cached_property
    def tissue(self) -> Tissue:
        """The tissue, kept from the first look on."""
        return self.make()


@dataclass(frozen=True, eq=False)
class Subject:
    """Whose tissue it is: a system under judgement, or a part of the real sections.

    Attributes:
        name: as it stands in metrics.json.
        fields: in order; neighbours may be neighbouring sections.
        endless: a source without bounds of the same tissue; None where the fields are all.
        cells: ``cells(seed)`` gives single cells without end, (filled cell, organelle) masks bool
            (h, w) each, which the birthday test takes for the source's labels, as the paper does
            of its two baselines. None elsewhere.
        laid_out: whether the fields are such cells laid side by side, and no tissue.
        stride: of the grid that a model draws on, in pixels; None where there is none.
        learnt: names of the sections that it was made from; None where nobody knows.
        rendered: a field's labels with the image that the system draws for them; None where it
            draws none for given labels.
    """

    name: str
    fields: tuple[Field, ...]
    endless: TissueSource | None = None
    cells: Cells | None = None
    laid_out: bool = False
    stride: int | None = None
    learnt: tuple[str, ...] | None = None
    rendered: Callable[[Field], Field] | None = None

    @cached_property
    def digest(self) -> str:
        """Of all fields."""
        return sha256("".join(part.digest for part in self.fields).encode()).hexdigest()

    @property
    def tissues(self) -> tuple[Tissue, ...]:
        """The tissue of every field."""
        return tuple(part.tissue for part in self.fields)


@dataclass(frozen=True, eq=False)
class Panel:
    """All that is judged together.

    Attributes:
        train: the real sections that systems may have learnt from.
        test: real sections held out; measured like a system they are the floor.
        systems: in the order in which they were given.
        roles: of the classes: which one bounds cells, which ones lie in them.
        seed: of every random choice.
        pool: labels that the birthday test draws of each subject.
        remember: where results of earlier calls are found.
        labels: one fixed set of generated labels for all systems to draw images for.
    """

    train: Subject
    test: Subject
    systems: tuple[Subject, ...]
    roles: Roles
    seed: int = 0
    pool: int = 5000
    remember: Remember = field(default_factory=Memory)
    labels: tuple[Field, ...] = ()

    @property
    def everyone(self) -> tuple[Subject, ...]:
        """Training sections, held-out sections, then the systems."""
        return (self.train, self.test, *self.systems)

    def random(self, *words: str) -> np.random.Generator:
        """A generator of its own for a purpose named by words, a function of the seed."""
        purpose = int.from_bytes(sha256("\0".join(words).encode()).digest()[:8], "big")
        return np.random.default_rng((self.seed, purpose))
