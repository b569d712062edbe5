"""The 89 shape features of single cells, and their z-scores."""

from tissuegan.evaluation.shape.outline import Variant
from tissuegan.evaluation.shape.table import FEATURES, shape_features, shape_table
from tissuegan.evaluation.shape.zscore import ZScore

__all__ = ["FEATURES", "Variant", "ZScore", "shape_features", "shape_table"]
