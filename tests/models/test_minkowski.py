from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from tissuegan.models.minkowski import (
    INSIDE_RADII,
    OUTSIDE_RADII,
    MinkowskiMatch,
    _over_pairs,
    erosions,
    euler_density,
    functionals,
)


def squares(side: int, gap: int, count: int) -> torch.Tensor:
    """A lattice of count x count squares on an empty ground, (H, W)."""
    picture = torch.zeros(count * (side + gap) + gap, count * (side + gap) + gap)
    for row in range(count):
        for column in range(count):
            y, x = gap + row * (side + gap), gap + column * (side + gap)
            picture[y : y + side, x : x + side] = 1
    return picture


def euler(picture: torch.Tensor) -> float:
    """Objects minus holes of a picture (H, W), from its density."""
    pixels = (picture.shape[0] - 1) * (picture.shape[1] - 1)
    return float(euler_density(picture)) * pixels / 1000


def test_the_euler_characteristic_counts_objects() -> None:
    assert round(euler(squares(5, 3, 4)), 3) == 16


def test_a_hole_counts_against_its_object() -> None:
    ring = squares(9, 3, 1)
    ring[6:9, 6:9] = 0
    assert round(euler(ring), 3) == 0


def test_objects_that_touch_at_a_corner_are_two() -> None:
    picture = torch.zeros(8, 8)
    picture[2:4, 2:4] = picture[4:6, 4:6] = 1
    assert round(euler(picture), 3) == 2


def test_it_agrees_with_counting_on_random_pictures() -> None:
    generator = torch.Generator().manual_seed(3)
    for _ in range(10):
        picture = (torch.rand(24, 24, generator=generator) < 0.5).float()
        picture[0] = picture[-1] = picture[:, 0] = picture[:, -1] = 0
        _, objects = ndimage.label(picture.numpy())
        _, grounds = ndimage.label(1 - picture.numpy(), structure=[[1] * 3] * 3)
        assert round(euler(picture), 3) == objects - (grounds - 1)


def test_erosion_is_a_sieve() -> None:
    small, large = squares(3, 5, 2), squares(6, 3, 2)
    size = max(small.shape[0], large.shape[0])
    picture = torch.zeros(size, 2 * size)
    picture[: small.shape[0], : small.shape[1]] = small
    picture[: large.shape[0], size : size + large.shape[1]] = large
    kept = [ndimage.label(left[0, 0].numpy())[1] for left in erosions(picture[None, None], (0, 2))]
    assert kept == [8, 4]


def test_functionals_are_one_row_a_patch() -> None:
    labels = torch.rand(3, 2, 40, 40) * 2 - 1
    assert functionals(labels).shape == (3, 2 * 2 * (len(OUTSIDE_RADII) + len(INSIDE_RADII)))


def test_grey_counts_for_nothing_beyond_a_quarter() -> None:
    firm = squares(5, 9, 3)[None, None] * 2 - 1
    assert torch.equal(functionals(firm * 0.3), functionals(firm))


def test_equal_patches_are_at_no_distance() -> None:
    labels = squares(5, 9, 3)[None, None].repeat(3, 1, 1, 1) * 2 - 1
    assert float(MinkowskiMatch(1)(labels, labels)) == pytest.approx(0, abs=1e-6)


def test_the_square_is_over_pairs_of_different_patches() -> None:
    rows = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 4.0]])
    pairs = [rows[i] * rows[k] for i in range(3) for k in range(3) if i != k]
    torch.testing.assert_close(_over_pairs(rows), torch.stack(pairs).mean(0))


def test_patches_that_differ_as_the_real_ones_do_are_at_no_distance_on_average() -> None:
    generator = torch.Generator().manual_seed(3)
    match = MinkowskiMatch(1)
    many = (torch.rand(400, 1, 40, 40, generator=generator) > 0.6).float() * 2 - 1
    match(many[:200], many[200:202])
    found = [float(match(many[k : k + 2], many[k + 100 : k + 102])) for k in range(200, 300, 2)]
    assert abs(np.mean(found)) < 3 * np.std(found) / len(found) ** 0.5


def test_a_single_patch_is_refused() -> None:
    labels = squares(5, 9, 3)[None, None]
    with pytest.raises(ValueError, match="no pair"):
        MinkowskiMatch(1)(labels, labels)


def test_too_few_objects_are_at_a_distance_that_has_a_gradient() -> None:
    generator = torch.Generator().manual_seed(0)
    real = squares(5, 9, 3).repeat(4, 1, 1, 1) * 2 - 1
    real[0, :, :20] = -1
    fake = (torch.rand(real.shape, generator=generator) * 0.4 - 0.2).requires_grad_(True)
    distance = MinkowskiMatch(1)(real, fake)
    distance.backward()
    assert distance.item() > 0
    assert fake.grad is not None
    assert float(fake.grad.abs().max()) > 0


def test_the_running_values_are_part_of_the_state() -> None:
    match = MinkowskiMatch(1)
    match(torch.ones(2, 1, 30, 30), -torch.ones(2, 1, 30, 30))
    assert float(match.state_dict()["steps"]) == 1
