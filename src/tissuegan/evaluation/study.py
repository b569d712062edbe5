"""What a user study found: how often people took synthetic tiles for real (section 5.1, Fig. 9).

A participant sees tiles that are real or synthetic and ticks those thought to be synthetic. The
paper's score of one user is the share of synthetic tiles that were not ticked; its bars are mean
and standard deviation over experts (facts 6.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tissuegan.evaluation.answers import REAL, Answer
from tissuegan.evaluation.intervals import LEVEL, proportion

__all__ = [
    "GroupResult",
    "StudyResult",
    "SystemResult",
    "d_prime",
    "study_result",
    "wilson",
]

Interval = tuple[float, float]
Counts = NDArray[np.int64]

_RESAMPLES = 4000


@dataclass(frozen=True)
class SystemResult:
    """How one system did with one group of people; None where there is too little to say.

    Attributes:
        name: of the system.
        participants: who saw a tile of it.
        n: synthetic tiles shown.
        taken_for_real: of these, not ticked.
        share: taken_for_real / n.
        wilson: 95 % interval of the share after Wilson, tiles taken as independent.
        bootstrap: 95 % interval of the share, participants drawn with replacement.
        mean: over participants, of each one's share (the paper's bar).
        std: over participants, n - 1 (the paper's whisker).
        each: the shares of the participants, in the order of their numbers.
        d_prime: :func:`d_prime` of the pooled answers; 0 where nobody tells them from real.
        d_prime_bootstrap: its 95 % interval, participants drawn with replacement.
    """

    name: str
    participants: int
    n: int
    taken_for_real: int
    share: float | None
    wilson: Interval | None
    bootstrap: Interval | None
    mean: float | None
    std: float | None
    each: tuple[float, ...]
    d_prime: float | None
    d_prime_bootstrap: Interval | None


@dataclass(frozen=True)
class GroupResult:
    """What one group of people said.

    Attributes:
        participants: people with at least one answered tile.
        real_n: real tiles shown.
        real_taken_for_real: of these, not ticked.
        real_share: real_taken_for_real / real_n: what a perfect system would come near to.
        real_wilson: 95 % interval of it.
        systems: one result a system, in the order given.
    """

    participants: int
    real_n: int
    real_taken_for_real: int
    real_share: float | None
    real_wilson: Interval | None
    systems: tuple[SystemResult, ...]


@dataclass(frozen=True)
class StudyResult:
    """All participants, and experts and the others apart."""

    all: GroupResult
    experts: GroupResult
    others: GroupResult


def study_result(answers: Sequence[Answer], systems: Sequence[str], seed: int = 0) -> StudyResult:
    """Results of a study.

    Args:
        answers: one a tile.
        systems: the names of the synthetic systems, also of those that nobody saw.
        seed: of the bootstrap.
    """
    experts = [a for a in answers if a.expert]
    others = [a for a in answers if not a.expert]
    groups = [_group(chosen, systems, seed) for chosen in (answers, experts, others)]
    return StudyResult(*groups)


def wilson(successes: int, n: int) -> Interval | None:
    """Wilson's 95 % score interval of a proportion; None for n = 0."""
    found = proportion(successes, n)
    return None if found is None else (found[0], found[1])


def d_prime(
    hits: NDArray[np.integer] | int,
    synthetic: NDArray[np.integer] | int,
    false_alarms: NDArray[np.integer] | int,
    real: NDArray[np.integer] | int,
) -> NDArray[np.float64]:
    """Sensitivity z(hit rate) - z(false alarm rate) of signal detection.

    A hit is a synthetic tile that is ticked, a false alarm a real one. Half a tile is added to
    each count and one to each total (the log-linear correction of Hautus 1995), so that rates of
    0 and 1 stay finite.

    Args:
        hits: ticked synthetic tiles, (...).
        synthetic: synthetic tiles.
        false_alarms: ticked real tiles.
        real: real tiles.

    Returns:
        float64 (...); nan where there are no synthetic or no real tiles.
    """
    rates = [
        (np.asarray(ticked) + 0.5) / (np.asarray(total) + 1.0)
        for ticked, total in ((hits, synthetic), (false_alarms, real))
    ]
    known = (np.asarray(synthetic) > 0) & (np.asarray(real) > 0)
    return np.asarray(np.where(known, ndtri(rates[0]) - ndtri(rates[1]), np.nan), np.float64)


@dataclass(frozen=True, eq=False)
class _Tally:
    """Tiles shown and ticked, by participant: int64 (P,) each."""

    shown: Counts
    ticked: Counts

    @property
    def kept(self) -> Counts:
        """Tiles taken for real."""
        return self.shown - self.ticked


def _group(answers: Sequence[Answer], systems: Sequence[str], seed: int) -> GroupResult:
    people = sorted({a.participant for a in answers})
    real = _tally(people, (a for a in answers if a.system == REAL))
    tallies = [_tally(people, (a for a in answers if a.system == name)) for name in systems]
    n, kept = int(real.shown.sum()), int(real.kept.sum())
    return GroupResult(
        participants=len(people),
        real_n=n,
        real_taken_for_real=kept,
        real_share=_ratio(kept, n),
        real_wilson=wilson(kept, n),
        systems=tuple(
            _system(name, tally, real, seed) for name, tally in zip(systems, tallies, strict=True)
        ),
    )


def _tally(people: Sequence[int], answers: Iterable[Answer]) -> _Tally:
    place = {person: k for k, person in enumerate(people)}
    shown, ticked = np.zeros((2, len(people)), np.int64)
    for answer in answers:
        shown[place[answer.participant]] += 1
        ticked[place[answer.participant]] += answer.ticked
    return _Tally(shown, ticked)


def _system(name: str, tally: _Tally, real: _Tally, seed: int) -> SystemResult:
    n, kept = int(tally.shown.sum()), int(tally.kept.sum())
    saw = tally.shown > 0
    each = tally.kept[saw] / tally.shown[saw]
    shares, primes = _resampled(tally, real, seed)
    prime = d_prime(n - kept, n, int(real.ticked.sum()), int(real.shown.sum()))
    return SystemResult(
        name=name,
        participants=int(saw.sum()),
        n=n,
        taken_for_real=kept,
        share=_ratio(kept, n),
        wilson=wilson(kept, n),
        bootstrap=_percentiles(shares),
        mean=float(each.mean()) if each.size else None,
        std=float(each.std(ddof=1)) if each.size > 1 else None,
        each=tuple(each.tolist()),
        d_prime=None if np.isnan(prime) else float(prime),
        d_prime_bootstrap=_percentiles(primes),
    )


def _resampled(
    tally: _Tally, real: _Tally, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share and d' of resampled groups of the same people; empty for fewer than two people."""
    people = len(tally.shown)
    if np.count_nonzero(tally.shown) < 2:
        return np.empty(0), np.empty(0)
    drawn = np.random.default_rng(seed).integers(people, size=(_RESAMPLES, people))
    shown, ticked = tally.shown[drawn].sum(1), tally.ticked[drawn].sum(1)
    saw = shown > 0  # a resample without anybody who saw the system says nothing of it
    primes = d_prime(ticked, shown, real.ticked[drawn].sum(1), real.shown[drawn].sum(1))
    return (shown - ticked)[saw] / shown[saw], primes[~np.isnan(primes)]


def _percentiles(values: NDArray[np.float64]) -> Interval | None:
    if values.size == 0:
        return None
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
