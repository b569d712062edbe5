"""Numbers worked out by hand on tensors small enough to do so."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from tissuegan.models.objective import (
    DISCRIMINATOR_LOSSES,
    GENERATOR_LOSSES,
    coarse_distance,
    discriminator_cross_entropy,
    discriminator_hinge,
    feature_distance,
    generator_cross_entropy,
    generator_hinge,
    pixel_weights,
    relativistic_hinge,
    split,
    unweighted_cross_entropy,
)
from tissuegan.networks.discriminator import Verdict


def verdict(logits: list[float], weight: float, *features: list[float]) -> Verdict:
    return Verdict(torch.tensor(logits), [torch.tensor(f) for f in features], weight)


def test_the_discriminator_pays_for_real_below_one_and_fake_above_minus_one() -> None:
    real = [verdict([2.0, 0.0], 0.4), verdict([0.5], 0.25)]
    fake = [verdict([-2.0, 1.0], 0.4), verdict([-0.5], 0.25)]
    by_hand = 0.4 * ((0 + 1) / 2 + (0 + 2) / 2) + 0.25 * (0.5 + 0.5)
    assert float(discriminator_hinge(real, fake)) == pytest.approx(by_hand)


def test_a_discriminator_that_is_sure_enough_pays_nothing() -> None:
    assert float(discriminator_hinge([verdict([1.0, 9.0], 1)], [verdict([-1.0, -5.0], 1)])) == 0


def test_the_relativistic_discriminator_pays_where_real_is_not_ahead_of_the_average_fake() -> None:
    real, fake = [verdict([2.0, 0.0], 0.4)], [verdict([1.0, -2.0], 0.4)]
    ahead = (0 + 0.5) / 2  # real minus the mean fake, which is -0.5: 2.5 and 0.5
    behind = (1 + 0) / 2  # fake minus the mean real, which is 1: 0 and -3
    assert float(relativistic_hinge(real, fake)) == pytest.approx(0.4 * (ahead + behind))


def test_an_offset_of_all_logits_is_nothing_to_the_relativistic_discriminator() -> None:
    real, fake = [2.0, 0.0], [1.0, -2.0]
    plain = relativistic_hinge([verdict(real, 1)], [verdict(fake, 1)])
    moved = relativistic_hinge(
        [verdict([x + 7 for x in real], 1)], [verdict([x + 7 for x in fake], 1)]
    )
    torch.testing.assert_close(plain, moved)


def test_the_generator_is_paid_what_the_scales_say_by_their_weights() -> None:
    fake = [verdict([2.0, 0.0], 0.4), verdict([-3.0], 0.25)]
    assert float(generator_hinge(fake)) == pytest.approx(-(0.4 * 1.0 - 0.25 * 3.0))


# sigmoid(log 3) = 3/4 and sigmoid(-log 3) = 1/4, so the logarithms of Eq. 1 to 7 are by hand.
L3 = math.log(3)
SURE, UNSURE = math.log(4 / 3), math.log(4)  # -log 3/4, -log 1/4


def test_equations_1_to_7_are_played_with_logarithms_weighed_by_scale() -> None:
    real, fake = (
        [verdict([L3, L3], 0.5), verdict([0.0], 0.2)],
        [
            verdict([-L3, L3], 0.5),
            verdict([0.0], 0.2),
        ],
    )
    first = SURE + (SURE + UNSURE) / 2  # E -log D(real) + E -log(1 - D(fake))
    second = 2 * math.log(2)
    by_hand = 0.5 * first + 0.2 * second
    assert float(discriminator_cross_entropy(real, fake)) == pytest.approx(by_hand)
    assert float(unweighted_cross_entropy(real, fake)) == pytest.approx((first + second) / 2)


def test_the_generator_plays_for_the_logarithm_that_does_not_saturate() -> None:
    fake = [verdict([-L3, L3], 0.5), verdict([0.0], 0.2)]
    by_hand = 0.5 * (UNSURE + SURE) / 2 + 0.2 * math.log(2)
    assert float(generator_cross_entropy(fake)) == pytest.approx(by_hand)


def test_every_loss_of_a_discriminator_has_one_of_the_generator() -> None:
    assert GENERATOR_LOSSES.keys() == DISCRIMINATOR_LOSSES.keys()


def test_features_are_compared_layer_by_layer_and_weighed_by_scale() -> None:
    real = [verdict([0.0], 0.5, [0.0, 0.0], [1.0]), verdict([0.0], 0.2, [3.0])]
    fake = [verdict([0.0], 0.5, [1.0, 3.0], [5.0]), verdict([0.0], 0.2, [2.0])]
    by_hand = 0.5 * (2 + 4) / 2 + 0.2 * 1
    assert float(feature_distance(real, fake)) == pytest.approx(by_hand)


def test_features_draw_the_fake_to_the_real_and_not_back() -> None:
    real, fake = torch.zeros(3, requires_grad=True), torch.ones(3, requires_grad=True)
    logits = torch.zeros(1)
    loss = feature_distance([Verdict(logits, [real], 1.0)], [Verdict(logits, [fake], 1.0)])
    torch.autograd.backward(loss)
    assert real.grad is None
    assert fake.grad is not None
    assert fake.grad.tolist() == pytest.approx([1 / 3] * 3)


def test_the_coarse_distance_sees_averages_only() -> None:
    real, fake = torch.zeros(1, 1, 8, 4), torch.zeros(1, 1, 8, 4)
    fake[0, 0, :4] = 0.5  # one of two cells is off by a half
    fake[0, 0, 4:, ::2], fake[0, 0, 4:, 1::2] = 1, -1  # the other averages to nothing
    assert float(coarse_distance(real, fake)) == pytest.approx(0.25)


def test_the_coarse_distance_is_as_fine_as_asked() -> None:
    stripes = torch.ones(1, 1, 4, 4)
    stripes[..., ::2] = -1
    assert float(coarse_distance(torch.zeros(1, 1, 4, 4), stripes, factor=1)) == 1
    assert float(coarse_distance(torch.zeros(1, 1, 4, 4), stripes, factor=2)) == 0


def test_pixels_of_a_class_count_what_the_class_says() -> None:
    masks = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.5], [1.0, 1.0, 0.0]]).reshape(1, 3, 1, 3)
    weights = pixel_weights(masks, (2, 4))
    assert weights.flatten().tolist() == [2, 4, 2.5]  # the third class has no weight of its own
    real, fake = torch.zeros(1, 1, 1, 3), torch.tensor([1.0, -0.5, 2.0]).reshape(1, 1, 1, 3)
    by_hand = (2 * 1 + 4 * 0.5 + 2.5 * 2) / 3
    assert float(coarse_distance(real, fake, 1, weights)) == pytest.approx(by_hand)


def test_one_pass_is_split_into_its_two_halves() -> None:
    def rows(start: int) -> Tensor:
        return torch.arange(start, start + 2)

    both = [Verdict(torch.arange(4), [torch.arange(10, 14), torch.arange(20, 24)], 0.7)]
    (first,), (second,) = split(both)
    for half, start in ((first, 0), (second, 2)):
        assert half.weight == 0.7
        assert torch.equal(half.logits, rows(start))
        assert all(map(torch.equal, half.features, [rows(10 + start), rows(20 + start)]))
