"""The measures: one file each, and one line here."""

from __future__ import annotations

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


def chosen(names: str | None = None) -> tuple[Measure, ...]:
    """The measures of a list "NAME,NAME", in the order of the report; all of them for None.

    Raises:
        UserError: there is no measure of a name.
    """
    if names is None:
        return MEASURES
    known = [measure.name for measure in MEASURES]
    wanted = [name.strip() for name in names.split(",")]
    for name in wanted:
        if name not in known:
            raise UserError(f"There is no measure '{name}'; the measures are {', '.join(known)}")
    return tuple(measure for measure in MEASURES if measure.name in wanted)
