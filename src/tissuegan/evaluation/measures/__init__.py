"""The measures: one file each, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tissuegan.errors import UserError
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures.c2st import C2ST
from tissuegan.evaluation.measures.copying import COPYING
from tissuegan.evaluation.measures.embedding import EMBEDDING
from tissuegan.evaluation.measures.realism import REALISM
from tissuegan.evaluation.measures.samples import SAMPLES
from tissuegan.evaluation.measures.seams import SEAMS
from tissuegan.evaluation.measures.spectra import SPECTRA
from tissuegan.evaluation.measures.statistics import STATISTICS
from tissuegan.evaluation.measures.support import SUPPORT

__all__ = ["MEASURES", "chosen"]

MEASURES: tuple[Measure, ...] = (
    SAMPLES,
    STATISTICS,
    REALISM,
    C2ST,
    EMBEDDING,
    SUPPORT,
    COPYING,
    SEAMS,
    SPECTRA,
)
"""In the order of the report."""


def chosen(
    names: str | None = None,
    further: Mapping[str, Callable[[], Measure]] | None = None,
    long: Mapping[str, Callable[[], Measure]] | None = None,
) -> tuple[Measure, ...]:
    """The measures of a list "NAME,NAME", in the order of the report; for None all usual ones.

    Args:
        names: the list.
        further: by name, measures that need what the evaluation does not know, such as a trained
            segmenter; each is made only if it is wanted, and stands after the others.
        long: the same, of measures that take hours: they are for those who ask for them.

    Raises:
        UserError: there is no measure of a name.
    """
    usual, makers = further or {}, {**(further or {}), **(long or {})}
    own = [measure.name for measure in MEASURES]
    known = [*own, *makers]
    wanted = [*own, *usual] if names is None else [name.strip() for name in names.split(",")]
    for name in wanted:
        if name not in known:
            raise UserError(f"There is no measure '{name}'; the measures are {', '.join(known)}")
    chosen = tuple(measure for measure in MEASURES if measure.name in wanted)
    return chosen + tuple(make() for name, make in makers.items() if name in wanted)
