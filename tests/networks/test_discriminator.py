from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tissuegan.networks.discriminator import (
    MultiScaleDiscriminator,
    PatchDiscriminator,
    Scale,
    pyramid_level,
)

THREE = (Scale(1, 0.5, depth=1), Scale(2, 0.3, depth=2), Scale(4, 0.2, depth=1, channels=(2,)))


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_there_is_one_verdict_a_scale_with_its_weight() -> None:
    verdicts = MultiScaleDiscriminator(3, 4, THREE)(drawn(2, 3, 64, 72))
    assert [v.weight for v in verdicts] == [0.5, 0.3, 0.2]
    # One convolution of stride 2 halves (rounding down, less one), two of 3 x 3 take 4 more.
    assert [tuple(v.logits.shape) for v in verdicts] == [
        (2, 1, 27, 31),
        (2, 1, 2, 3),
        (2, 1, 3, 4),
    ]
    assert [len(v.features) for v in verdicts] == [2, 3, 2]


def test_one_scale_is_one_plain_patch_discriminator() -> None:
    single = MultiScaleDiscriminator(2, 4, (Scale(1, 1.0, depth=2),)).eval()
    values = drawn(1, 2, 40, 40)
    (verdict,) = single(values)
    assert len(single.parts) == 1
    assert torch.equal(verdict.logits, single.parts[0](values)[0])


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_a_level_of_the_pyramid_is_the_average(factor: int) -> None:
    values = drawn(2, 3, 8, 12)
    level = pyramid_level(values, Scale(factor, 1.0))
    cells = values.reshape(2, 3, 8 // factor, factor, 12 // factor, factor)
    torch.testing.assert_close(level, cells.mean((3, 5)))


def test_a_scale_with_channels_sees_those_alone() -> None:
    values = drawn(1, 4, 64, 64).requires_grad_()
    network = MultiScaleDiscriminator(4, 4, (Scale(2, 1.0, depth=1, channels=(1, 3)),))
    network(values)[0].logits.sum().backward()
    assert values.grad is not None
    seen = values.grad.abs().sum((0, 2, 3)) > 0
    assert seen.tolist() == [False, True, False, True]


def test_a_scale_without_channels_sees_all() -> None:
    values = drawn(1, 4, 64, 64).requires_grad_()
    MultiScaleDiscriminator(4, 4, (Scale(2, 1.0, depth=1),))(values)[0].logits.sum().backward()
    assert values.grad is not None
    assert values.grad.abs().sum((0, 2, 3)).all()


def convolutions(network: nn.Module) -> list[nn.Conv2d]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]


def test_no_convolution_stretches_by_more_than_one() -> None:
    network = PatchDiscriminator(2, 8, depth=2)
    with torch.no_grad():
        for layer in convolutions(network):
            original = layer.parametrizations.weight.original  # type: ignore[union-attr]
            original.mul_(7)  # type: ignore[operator]
        for _ in range(30):  # each forward in training improves the estimate by one iteration
            network(drawn(1, 2, 32, 32))
    for layer in convolutions(network):
        largest = torch.linalg.matrix_norm(layer.weight.detach().flatten(1), ord=2)
        assert 0.95 < float(largest) < 1.02


def test_no_convolution_pads() -> None:
    assert {layer.padding for layer in convolutions(PatchDiscriminator(2, 4, 3))} == {(0, 0)}


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("factor", [1, 3])
def test_the_smallest_input_gives_a_single_logit(depth: int, factor: int) -> None:
    network = MultiScaleDiscriminator(1, 2, (Scale(1, 1.0, 1), Scale(factor, 1.0, depth)))
    side = network.smallest
    assert network(drawn(1, 1, side, side))[1].logits.shape == (1, 1, 1, 1)
    with pytest.raises(RuntimeError):
        network(drawn(1, 1, side - 1, side))


def test_logits_move_with_the_input() -> None:
    network = PatchDiscriminator(2, 4, depth=2).eval()
    values = drawn(1, 2, 48, 48)
    whole, moved = network(values)[0], network(values[..., 8:, 4:])[0]
    torch.testing.assert_close(moved, whole[..., 2:, 1:])


def test_logits_are_single_precision_under_mixed_arithmetic() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        logits, features = PatchDiscriminator(2, 4, depth=1)(drawn(1, 2, 20, 20))
    assert logits.dtype == torch.float32
    assert features[0].dtype == torch.bfloat16
