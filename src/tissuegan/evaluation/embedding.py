"""t-SNE of the shape features (Fig. 10): all cells together in two dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]

PERPLEXITY, EXAGGERATION, FEWEST = 30, 4, 5


def embedded(scores: Floats, seed: int) -> Floats:
    """Places (n, 2) of z-scores (n, F), near each other where features are alike.

    Perplexity 30 and early exaggeration 4, as the paper's code has them (facts, section 6.6), from
    a start by principal components; on one thread, so that sums are taken in one order.

    Returns:
        Empty, (0, 2), for fewer than five rows.
    """
    if len(scores) < FEWEST:
        return np.empty((0, 2))
    perplexity = min(PERPLEXITY, (len(scores) - 1) / 3)
    method = TSNE(
        perplexity=perplexity, early_exaggeration=EXAGGERATION, init="pca", random_state=seed
    )
    with threadpool_limits(1):
        return np.asarray(method.fit_transform(scores.astype(np.float32)), np.float64)
