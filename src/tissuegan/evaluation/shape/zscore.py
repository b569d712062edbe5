"""Features in units of their spread over real cells, with a guard for those that have none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tissuegan.evaluation.shape.images import Floats

GUARD = 1e-9


@dataclass(frozen=True, eq=False)
class ZScore:
    """Mean and standard deviation (n - 1) of each feature over real training cells.

    A feature whose deviation is at most 1e-9 times the larger of 1 and its mean is constant: its
    spread is rounding, and its z is 0 for every cell. Without the guard Z_0,0 = 1 / pi and
    Z_1,1 = 0 of cells that lie inside the Zernike circle would be noise of unit size.

    Attributes:
        names: the features, in the order of the columns.
        mean: float64 (F,).
        deviation: float64 (F,).
    """

    names: tuple[str, ...]
    mean: Floats
    deviation: Floats

    @classmethod
    def of(cls, real: pd.DataFrame) -> ZScore:
        """From the rows of real cells.

        Raises:
            ValueError: there are fewer than two rows, or a value is not finite.
        """
        values = _finite(real)
        if len(values) < 2:
            raise ValueError(f"a spread needs at least two cells, not {len(values)}")
        return cls(tuple(real.columns), values.mean(axis=0), values.std(axis=0, ddof=1))

    @property
    def constant(self) -> tuple[str, ...]:
        """The features without spread, to be named in a report."""
        return tuple(np.array(self.names, dtype=object)[~self._varying])

    @property
    def _varying(self) -> np.ndarray:
        varying: np.ndarray = self.deviation > GUARD * np.maximum(1, np.abs(self.mean))
        return varying

    def __call__(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same rows and columns as z-scores, float64.

        Raises:
            ValueError: the columns are not those of the real cells, or a value is not finite.
        """
        if tuple(table.columns) != self.names:
            raise ValueError("these are not the features that the spread is known of")
        divisor = np.where(self._varying, self.deviation, np.inf)
        scores = (_finite(table) - self.mean) / divisor
        return pd.DataFrame(scores, table.index, table.columns)


def _finite(table: pd.DataFrame) -> Floats:
    values: Floats = table.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("the table of features has a value that is not finite")
    return values
