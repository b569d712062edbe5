from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from tissuegan.evaluation.attention import attention, mean_gradients


def weighing(*weights: float) -> Tensor:
    return torch.tensor(weights)[:, None, None]


def test_a_linear_discriminator_looks_at_channels_as_its_weights_say() -> None:
    weights = weighing(2.0, -0.5, 1.0)
    found = mean_gradients(lambda pairs: (pairs * weights).mean((1, 2, 3)), torch.randn(4, 3, 5, 6))
    pixels = 3 * 5 * 6
    assert found.shape == (4, 3)
    assert found == pytest.approx(np.tile([2 / pixels, 0.5 / pixels, 1 / pixels], (4, 1)))


def test_a_discriminator_that_squares_looks_where_the_values_are() -> None:
    pairs = torch.zeros(2, 2, 4, 4)
    pairs[0, 1, 0, 0], pairs[1, 0] = 3.0, -1.0
    found = mean_gradients(lambda seen: seen.square().sum((1, 2, 3)), pairs)
    assert found == pytest.approx(np.array([[0, 6 / 16], [2, 0]]))


def test_a_single_pixel_that_matters_counts_as_one_of_all() -> None:
    found = mean_gradients(lambda pairs: pairs[:, 0, 2, 2], torch.zeros(1, 2, 5, 5))
    assert found == pytest.approx(np.array([[1 / 25, 0]]))


def test_the_image_has_its_share_of_the_sum_over_channels() -> None:
    found = attention(np.array([[1.0, 1, 2], [1, 1, 6]]), ("one", "other", "image"))
    assert found["channels"]["image"]["mean"] == 4
    assert found["share_of_image"] == pytest.approx(8 / 12)
    assert found["channels"]["one"]["interval"] == pytest.approx([1, 1])
    assert found["n"] == 2


def test_the_pairs_are_not_changed() -> None:
    pairs = torch.ones(1, 1, 2, 2)
    mean_gradients(lambda seen: seen.sum((1, 2, 3)), pairs)
    assert not pairs.requires_grad
    assert pairs.grad is None
