from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.networks.geometry import Field, upsample
from tissuegan.networks.layers import (
    SLOPE,
    BatchNorm,
    FoldedConv,
    NoisyConv,
    binomial_blur,
    fold,
)
from tissuegan.region import Region


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def ones(_stream: int, region: Region, channels: int) -> Tensor:
    return torch.ones(1, channels, *region.shape)


def living_layer() -> NoisyConv:
    """A layer in eval mode whose parameters and statistics are all of their own."""
    layer = NoisyConv(2, 3, stream=5).eval().requires_grad_(False)
    layer.strength.copy_(torch.tensor([0.5, -1.0, 2.0]).reshape(1, 3, 1, 1))
    layer.norm.weight.copy_(torch.tensor([1.0, 2.0, 0.5]))
    layer.norm.bias.copy_(torch.tensor([0.1, -0.2, 0.3]))
    layer.norm.get_buffer("running_mean").copy_(torch.tensor([0.3, -0.1, 0.2]))
    layer.norm.get_buffer("running_var").copy_(torch.tensor([1.5, 0.5, 2.0]))
    return layer


def test_a_layer_is_convolution_noise_normalisation_and_slope() -> None:
    layer, field = living_layer(), Field(drawn(1, 2, 6, 7), Region(3, -2, 6, 7))
    made = layer(field, ones)
    values = F.conv2d(field.values, layer.conv.weight) + layer.strength
    mean, var = (layer.norm.get_buffer(f"running_{name}") for name in ("mean", "var"))
    whitened = (values - mean.reshape(1, 3, 1, 1)) / (var.reshape(1, 3, 1, 1) + 1e-5).sqrt()
    scaled = whitened * layer.norm.weight.reshape(1, 3, 1, 1) + layer.norm.bias.reshape(1, 3, 1, 1)
    torch.testing.assert_close(made.values, torch.where(scaled > 0, scaled, SLOPE * scaled))
    assert made.region == Region(4, -1, 4, 5)


def test_a_layer_asks_for_one_channel_of_its_own_stream_where_it_draws() -> None:
    asked: list[tuple[int, Region, int]] = []

    def noise(stream: int, region: Region, channels: int) -> Tensor:
        asked.append((stream, region, channels))
        return ones(stream, region, channels)

    NoisyConv(2, 3, stream=5)(Field(drawn(1, 2, 6, 7), Region(3, -2, 6, 7)), noise)
    assert asked == [(5, Region(4, -1, 4, 5), 1)]


def test_noise_begins_without_strength_and_learns_one() -> None:
    layer, field = NoisyConv(2, 3, stream=0), Field(drawn(4, 2, 6, 6), Region(0, 0, 6, 6))
    assert not layer.strength.any()
    grain = drawn(4, 1, 4, 4, seed=1)
    (layer(field, lambda *_: grain).values ** 3).sum().backward()
    assert layer.strength.grad is not None
    assert layer.strength.grad.all()


def test_a_folded_layer_gives_what_the_layer_gave() -> None:
    layer, field = living_layer(), Field(drawn(1, 2, 6, 7), Region(0, 0, 6, 7))
    expected = layer(field, ones)
    folded = FoldedConv(layer)(field, ones)
    assert folded.region == expected.region
    torch.testing.assert_close(folded.values, expected.values)


@pytest.mark.parametrize("shape", [(3, 3), (6, 7)])
def test_a_layer_gives_of_a_small_field_what_it_gives_of_the_field_enlarged(
    shape: tuple[int, int],
) -> None:
    field = Field(drawn(2, 2, *shape), Region(3, -2, *shape))
    for layer in (living_layer(), FoldedConv(living_layer())):
        expected, made = layer(upsample(field), ones), layer.enlarging(field, ones)
        assert made.region == expected.region
        torch.testing.assert_close(made.values, expected.values)


def test_its_weights_get_the_gradient_that_they_get_of_the_field_enlarged() -> None:
    layer = living_layer().double()
    field = Field(drawn(2, 2, 6, 7).double(), Region(0, 0, 6, 7))
    weight = layer.conv.weight.requires_grad_()
    made, expected = layer.enlarging(field, ones), layer(upsample(field), ones)
    gradients = [torch.autograd.grad((f.values**2).sum(), weight)[0] for f in (made, expected)]
    torch.testing.assert_close(*gradients)


def test_folding_leaves_the_values_given_to_it_alone() -> None:
    field = Field(drawn(1, 2, 6, 7), Region(0, 0, 6, 7))
    before = field.values.clone()
    FoldedConv(living_layer())(field, ones)
    assert torch.equal(field.values, before)


def test_fold_reaches_layers_at_any_depth_and_no_others() -> None:
    module = nn.Sequential(nn.ModuleList([living_layer(), nn.Conv2d(1, 1, 3)]), living_layer())
    kinds = [type(m) for m in fold(module).modules()]
    assert kinds.count(FoldedConv) == 2
    assert NoisyConv not in kinds
    assert kinds.count(nn.Conv2d) == 3


def test_the_blur_weighs_by_the_binomial() -> None:
    dot = torch.zeros(1, 2, 5, 5)
    dot[0, 0, 2, 2] = 16
    blurred = binomial_blur(dot)
    assert blurred[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert not blurred[0, 1].any()


def test_the_blur_of_something_constant_is_the_same() -> None:
    torch.testing.assert_close(
        binomial_blur(torch.full((1, 1, 4, 5), 0.3)), torch.full((1, 1, 2, 3), 0.3)
    )


@pytest.fixture
def one_process(tmp_path: Path) -> Iterator[None]:
    """A group of this process alone: the statistics go through it all the same."""
    dist.init_process_group("gloo", f"file://{tmp_path}/store", world_size=1, rank=0)
    yield
    dist.destroy_process_group()


@pytest.mark.usefixtures("one_process")
@pytest.mark.parametrize("affine", [True, False])
def test_shared_statistics_of_one_process_are_its_own(affine: bool) -> None:
    values = (3 * drawn(4, 3, 5, 6) + 1).requires_grad_()
    shared, plain = BatchNorm(3, affine=affine), nn.BatchNorm2d(3, affine=affine)
    made, expected = shared(values), plain(values)
    torch.testing.assert_close(made, expected)
    for key, value in plain.state_dict().items():
        torch.testing.assert_close(shared.state_dict()[key], value)
    grad, expected_grad = (
        torch.autograd.grad((out**3).sum(), values, retain_graph=True)[0]
        for out in (made, expected)
    )
    torch.testing.assert_close(grad, expected_grad, rtol=1e-3, atol=1e-4)


@pytest.mark.usefixtures("one_process")
def test_outside_training_no_statistics_are_shared_or_changed() -> None:
    norm, values = BatchNorm(3).eval(), drawn(4, 3, 5, 6)
    torch.testing.assert_close(norm(values), values, rtol=1e-4, atol=1e-4)
    assert not norm.get_buffer("running_mean").any()


def test_the_layout_of_stored_weights_is_that_of_the_library() -> None:
    assert list(BatchNorm(3).state_dict()) == list(nn.BatchNorm2d(3).state_dict())
