"""The parametric baseline of the paper: single cells from a shape model (Zhao & Murphy 2007)."""

from tissuegan.baselines.parametric.model import (
    ParametricModel,
    Rejections,
    SyntheticCell,
    rejections,
)
from tissuegan.baselines.parametric.tissue import cell_tissue

__all__ = ["ParametricModel", "Rejections", "SyntheticCell", "cell_tissue", "rejections"]
