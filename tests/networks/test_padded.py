"""The networks of the first implementation: their layers, and where their randomness comes from."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from tests.builders import place_noise, random_signs
from tissuegan.networks.discriminator import MultiScaleDiscriminator, Scale
from tissuegan.networks.geometry import Field, Geometry
from tissuegan.networks.padded import PaddedCRN, PaddedUNet
from tissuegan.networks.patchgan import PatchGAN, blurred
from tissuegan.region import Region

PLACE = Region(-64, 128, 64, 64)


def condition() -> Field:
    return Field(random_signs(2, PLACE), PLACE)


def convolutions(network: nn.Module) -> list[nn.Conv2d | nn.ConvTranspose2d]:
    kinds = nn.Conv2d | nn.ConvTranspose2d
    return [layer for layer in network.modules() if isinstance(layer, kinds)]


def seeded(network: nn.Module) -> nn.Module:
    random = torch.Generator().manual_seed(0)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
        if parameter.ndim == 4:
            parameter.normal_(0, (2 / parameter[0].numel()) ** 0.5, generator=random)
    return network.eval()


def test_the_refinement_network_has_six_blocks_and_no_condition_at_full_resolution() -> None:
    network = PaddedCRN(2, 1, 128, 8, 4, 6, 2)
    assert [conv.in_channels for conv in network.before] == [10, *[8] * 5]
    assert [len(convs) for convs in network.after] == [2, 2, 2, 2, 2, 1]  # type: ignore[arg-type]
    seen: list[int] = []
    network.shared.register_forward_pre_hook(lambda _m, given: seen.append(given[0].shape[-1]))
    place = Region(0, 0, 128, 128)
    drawn = network(Field(random_signs(2, place), place), place_noise)
    assert seen == [4, 8, 16, 32, 64]
    assert drawn.values.shape == (1, 1, 128, 128)
    assert network.geometry() == Geometry(128, 0, fixed=True)


def test_the_unet_is_that_of_pix2pix() -> None:
    network = PaddedUNet(2, 1, 256, (4, 8, 16, 32, 32, 32, 32, 32), 0.5, 0.1)
    up = [tuple(conv.weight.shape[:2]) for conv in convolutions(network.up)]
    assert up == [(8, 1), (16, 4), (32, 8), (64, 16), *[(64, 32)] * 3, (32, 32)]
    assert [k for k, drops in enumerate(network.drops) if drops] == [4, 5, 6]
    assert {(c.kernel_size, c.stride, c.padding) for c in convolutions(network)} == {
        ((4, 4), (2, 2), (1, 1))
    }


@pytest.mark.parametrize("kind", ["crn", "unet"])
def test_the_output_is_a_function_of_condition_noise_and_place(kind: str) -> None:
    network = seeded(
        PaddedCRN(2, 1, 64, 3, 6, 3, 2)
        if kind == "crn"
        else PaddedUNet(2, 1, 64, (4, 8, 8, 8, 8), 0.5, 0.1)
    )
    first, again = network(condition(), place_noise), network(condition(), place_noise)
    assert first.region == PLACE
    assert torch.equal(first.values, again.values)
    assert first.values.abs().max() < 1
    elsewhere = PLACE.shift(0, 64)
    moved = network(Field(condition().values, elsewhere), place_noise)
    assert not torch.equal(first.values, moved.values)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    network = PaddedUNet(2, 1, 64, (4, 4, 4), 0.25, 0.0)
    values = torch.ones(1, 64, 32, 32)
    drawn = network._random(1, values, PLACE, place_noise)
    assert float((drawn == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert sorted(set(drawn.flatten().tolist())) == pytest.approx([0, 4 / 3])
    assert torch.equal(network._random(2, values, PLACE, place_noise), values)  # the innermost


def test_grain_has_its_strength() -> None:
    network = PaddedUNet(2, 1, 64, (4, 5, 6), 0.5, 0.1)
    drawn = network._random(1, torch.zeros(1, 64, 32, 32), PLACE, place_noise)
    assert float(drawn.std()) == pytest.approx(0.1, rel=0.02)


@pytest.mark.parametrize(("depth", "field"), [(3, 70), (4, 142)])
def test_a_patchgan_sees_as_far_as_the_first_implementation(depth: int, field: int) -> None:
    reach = 1
    for conv in reversed(convolutions(PatchGAN(3, 4, depth))):
        reach = (reach - 1) * conv.stride[0] + conv.kernel_size[0]
    assert reach == field


def test_the_channels_of_a_patchgan_double_up_to_eight_times_the_first() -> None:
    widths = [conv.out_channels for conv in convolutions(PatchGAN(3, 64, 4))]
    assert widths == [64, 128, 256, 512, 512, 1]
    logits, features = PatchGAN(3, 4, 3)(torch.zeros(2, 3, 64, 64))
    assert [part.shape[-1] for part in features] == [33, 17, 9, 10]
    assert logits.shape == (2, 1, 11, 11)


@pytest.mark.parametrize("factor", [2, 4])
def test_the_pyramid_is_a_gaussian_of_half_the_factor_then_every_pixel_of_it(factor: int) -> None:
    point = torch.zeros(1, 2, 8 * factor, 8 * factor)
    point[0, 1, 4 * factor, 3 * factor + 1] = 1
    level = blurred(point, factor)
    assert level.shape == (1, 2, 8, 8)
    assert level[0, 0].abs().max() == 0
    sigma, reach = factor / 2, range(-factor, factor + 1)
    total = sum(math.exp(-(d**2) / (2 * sigma**2)) for d in reach)
    expected = math.exp(-1 / (2 * sigma**2)) / total**2  # one pixel beside a kept one
    assert float(level[0, 1, 4, 3]) == pytest.approx(expected, rel=1e-5)


def test_the_discriminators_of_the_kind_see_the_blurred_pyramid_and_train_no_blur() -> None:
    torch.manual_seed(0)
    network = MultiScaleDiscriminator(2, 4, (Scale(2, 0.4, 3),), "patchgan")
    values = torch.randn(1, 2, 64, 64, generator=torch.Generator().manual_seed(0))
    said = network(values)[0].logits
    torch.testing.assert_close(said, network.parts[0](blurred(values, 2))[0])
    assert {p.ndim for p in network.parameters()} == {1, 4}
    assert network.smallest == 16
