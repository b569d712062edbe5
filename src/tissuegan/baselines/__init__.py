"""Baselines that a learnt model has to beat: a shape model, and the training data themselves."""

from tissuegan.baselines.nonparametric import resampled, resampled_cells
from tissuegan.baselines.parametric import (
    ParametricModel,
    Rejections,
    SyntheticCell,
    cell_tissue,
    rejections,
)

__all__ = [
    "ParametricModel",
    "Rejections",
    "SyntheticCell",
    "cell_tissue",
    "rejections",
    "resampled",
    "resampled_cells",
]
