"""Generators of one fixed size: what they take, what they give, and how they begin."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.builders import place_noise
from tissuegan.networks.discriminator import DCGANDiscriminator, MultiScaleDiscriminator, Scale
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.geometry import Geometry
from tissuegan.networks.transposed import TransposedGenerator
from tissuegan.networks.vector import VectorGenerator
from tissuegan.region import Region

CELL = Region(-2, 3, 1, 1)


def shapes(network: nn.Module, side: int, inputs: int) -> list[tuple[int, ...]]:
    """(channels, height, width) after every convolution."""
    found: list[tuple[int, ...]] = []
    for layer in network.modules():
        if isinstance(layer, nn.ConvTranspose2d | nn.Conv2d):
            layer.register_forward_hook(lambda _m, _i, out: found.append(tuple(out.shape[1:])))
    network(torch.zeros(2, inputs, side, side))
    return found


def test_dcgan_has_the_layers_of_the_first_implementation() -> None:
    network = TransposedGenerator(2, 100, 1, (512, 256, 128, 64, 32)).eval()
    widths = [512, 256, 128, 64, 32, 2]
    expected = [(width, 4 << k, 4 << k) for k, width in enumerate(widths)]
    assert shapes(network.layers, 1, 100) == expected
    assert network.geometry() == Geometry(128, 0, fixed=True)


def test_the_padded_fcgan_has_the_layers_of_the_first_implementation() -> None:
    network = TransposedGenerator(2, 8, 2, (256, 256, 128, 64, 32), "instance")
    widths = [256, 256, 128, 64, 32, 2]
    expected = [(width, 4 << k, 4 << k) for k, width in enumerate(widths)]
    assert shapes(network.layers, 2, 8) == expected
    assert network.geometry().stride == 128  # the "atom" of the paper's supplement


def test_the_discriminator_of_dcgan_says_one_thing_about_a_picture() -> None:
    network = DCGANDiscriminator(2, 32, 5)
    sides = [(32 << k, 64 >> k, 64 >> k) for k in range(5)]
    assert shapes(network, 128, 2) == [*sides, (1, 1, 1)]
    assert DCGANDiscriminator.smallest(5) == 128


def test_what_dcgan_says_of_a_picture_depends_on_the_batch_and_is_asked_apart() -> None:
    assert MultiScaleDiscriminator(2, 4, (Scale(1, 1.0, 2),), "dcgan").normalises
    assert not MultiScaleDiscriminator(2, 4, (Scale(1, 1.0, 2),)).normalises


def test_convolutions_begin_small_and_normalisations_near_one() -> None:
    network = TransposedGenerator(2, 100, 1, (512, 256, 128, 64, 32))
    for layer in network.modules():
        if isinstance(layer, nn.ConvTranspose2d):
            assert float(layer.weight.detach().std()) == pytest.approx(0.02, rel=0.1)
            assert layer.bias is None
        if isinstance(layer, nn.BatchNorm2d):
            assert float(layer.weight.detach().mean()) == pytest.approx(1, abs=0.02)
            assert float(layer.bias.detach().abs().max()) == 0


def vector_generator() -> VectorGenerator:
    return VectorGenerator(2, 6, 32, 3, (8, 6, 4), (1, 1, 1)).eval()


def test_a_field_lies_where_its_cell_is() -> None:
    expected = Region(-64, 96, 32, 32)
    assert vector_generator()(CELL, place_noise).region == expected
    padded = TransposedGenerator(2, 5, 1, (8, 4, 4)).eval()
    assert padded(CELL, place_noise).region == expected


def test_the_vector_alone_decides() -> None:
    network = vector_generator()
    for parameter in network.parameters():
        parameter.data.normal_(generator=torch.Generator().manual_seed(0))
    asked: list[tuple[int, Region, int]] = []

    def noise(stream: int, region: Region, channels: int) -> Tensor:
        asked.append((stream, region, channels))
        return place_noise(stream, region, channels)

    first, again = network(CELL, noise).values, network(CELL, place_noise).values
    assert asked == [(0, CELL, 6)]
    assert torch.equal(first, again)
    other = network(CELL.shift(0, 1), place_noise).values
    assert float((first - other).detach().abs().mean()) > 0.01


def test_the_projection_is_as_large_as_its_stages_need() -> None:
    network = vector_generator()
    body = FCGenerator(2, 3, (8, 6, 4), (1, 1, 1)).geometry()
    assert network.cells.height * body.stride >= 32 + 2 * body.margin
    image = network.project(torch.randn(64, 6, 1, 1, generator=torch.Generator().manual_seed(0)))
    assert image.shape == (64, 3, *network.cells.shape)
    assert float(image.detach().std()) == pytest.approx(1, abs=0.15)  # like a noise image


def test_instance_norm_makes_a_field_the_same_in_any_company() -> None:
    network = TransposedGenerator(2, 5, 2, (8, 4), "instance").eval()
    two = torch.randn(2, 5, 2, 2, generator=torch.Generator().manual_seed(1))
    both = network(CELL, lambda *_: two).values
    alone = network(CELL, lambda *_: two[1:]).values
    torch.testing.assert_close(both[1:], alone)
