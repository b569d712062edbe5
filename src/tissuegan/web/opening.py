"""Exhibits of the viewer from the names of sources."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from tissuegan.io.source import is_model, open_sources
from tissuegan.models.model import Model
from tissuegan.models.registry import load
from tissuegan.sampling.canvas import Canvas
from tissuegan.tissue import TissueSource
from tissuegan.web.exhibits import Exhibit
from tissuegan.web.sketch import Sketch

if TYPE_CHECKING:
    from tissuegan.editing import AnyEdit, Edited

CANVAS_BYTES = 48 << 20


def open_exhibits(texts: Sequence[str]) -> tuple[Exhibit, ...]:
    """The exhibits that models, dataset folders and stored pictures stand for, in order.

    Raises:
        UserError: nothing of a name, or it cannot be read.
    """
    return tuple(exhibit for text in texts for exhibit in _opened(text))


def _opened(text: str) -> list[Exhibit]:
    if is_model(text):
        return [_canvas(load(text))]
    return [_stored(named.name, named.source) for named in open_sources(text)]


def _canvas(model: Model) -> Exhibit:
    def edited(of: TissueSource, edits: Sequence[AnyEdit]) -> Edited:
        from tissuegan.editing import Edited

        return Edited(of, edits)

    def canvas(seed: int) -> TissueSource:
        return Canvas(model, seed, CANVAS_BYTES)

    return Exhibit(model.name, canvas, True, edited, partial(Sketch, model))


def _stored(name: str, source: TissueSource) -> Exhibit:
    @cache
    def model() -> Model | None:
        from tissuegan.io.edit import painter

        return painter(source)

    def edited(of: TissueSource, edits: Sequence[AnyEdit]) -> Edited:
        from tissuegan.editing import Edited

        return Edited(of, edits, model())

    return Exhibit(name, lambda _seed: source, False, edited)
