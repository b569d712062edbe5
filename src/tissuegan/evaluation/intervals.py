"""Intervals: over fields by leaving out one at a time, over repeats by percentiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Interval = list[float] | None
T = TypeVar("T")

LEVEL = 0.95


def jackknife(parts: Sequence[T], value: Callable[[Sequence[T]], float]) -> Interval:
    """The 95 % interval of a function of fields, from its values without one of them.

    Objects of one field, and neighbouring pixels, are not independent: the field is the unit.
    The standard error is Tukey's, sqrt((k - 1) / k * sum (v_i - mean)^2) of the k values without
    field i; the interval is the value of all fields and Student's t of k - 1 degrees to each side.

    Returns:
        [low, high], or None for fewer than two fields or where a value is not finite.
    """
    count = len(parts)
    if count < 2:
        return None
    without = np.array([value([*parts[:k], *parts[k + 1 :]]) for k in range(count)])
    centre = value(parts)
    if not np.isfinite([centre, *without]).all():
        return None
    error = np.sqrt((count - 1) * without.var())
    reach = float(stats.t.ppf((1 + LEVEL) / 2, count - 1) * error)
    return [centre - reach, centre + reach]


def percentiles(values: Floats) -> Interval:
    """The 2.5th and 97.5th percentile of the values of repeats, or None without repeats."""
    if not len(values):
        return None
    low, high = np.percentile(values, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return [float(low), float(high)]


def proportion(hits: int, trials: int) -> Interval:
    """Wilson's 95 % interval of a share, or None without trials."""
    if not trials:
        return None
    bounds = stats.binomtest(hits, trials).proportion_ci(LEVEL, method="wilson")
    return [float(bounds.low), float(bounds.high)]
