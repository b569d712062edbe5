from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.builders import (
    CRN,
    FC,
    UNET,
    conditioned_generator,
    fc_generator,
    place_noise,
    random_signs,
)
from tissuegan.models.settings import FCSettings
from tissuegan.networks.crn import CRNGenerator
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.geometry import (
    Field,
    Geometry,
    NoiseSource,
    coarsened_region,
    crop,
    refined_region,
)
from tissuegan.networks.layers import NoisyConv, fold
from tissuegan.networks.unet import UNetGenerator
from tissuegan.region import Region

Labels = Callable[[Region], Tensor]


def signs(region: Region) -> Tensor:
    return random_signs(2, region)


@dataclass(frozen=True, eq=False)
class Subject:
    """A generator, and how to ask it for what it makes of an input region in pixels."""

    network: FCGenerator | CRNGenerator | UNetGenerator

    def __call__(
        self, asked: Region, noise: NoiseSource = place_noise, labels: Labels = signs
    ) -> Field:
        if isinstance(self.network, FCGenerator):
            field: Field = self.network(coarsened_region(asked, self.network.stride), noise)
        else:
            field = self.network(Field(labels(asked), asked), noise)
        return field

    @property
    def geometry(self) -> Geometry:
        return self.network.geometry()

    @property
    def sides(self) -> dict[int, int]:
        """The side in pixels of a cell of each stream's noise image."""
        stride = self.network.stride
        own = {} if isinstance(self.network, UNetGenerator) else {0: stride}
        for name, layer in self.network.named_modules():
            if isinstance(layer, NoisyConv):
                part, level = name.split(".")[:2]
                own[layer.stream] = stride >> int(level) if part == "stages" else 1 << int(level)
        return own


def _subjects() -> dict[str, Subject]:
    return {
        "FC": Subject(fc_generator()),
        "FC, no doubling": Subject(fc_generator(3, FCSettings(widths=(6,), convs=(2,)))),
        "FC, regions": Subject(fc_generator(settings=FC.model_copy(update={"regions": 3}))),
        "CRN": Subject(conditioned_generator(2, CRN)),
        "U-Net": Subject(conditioned_generator(2, UNET)),
    }


SUBJECTS = _subjects()


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    return SUBJECTS[request.param]


def spoiled_outside(region: Region, subject: Subject) -> tuple[NoiseSource, Labels]:
    """Noise and labels that are others at every pixel outside a region, at every scale."""

    def noise(stream: int, cells: Region, channels: int) -> Tensor:
        values = place_noise(stream, cells, channels) + 5
        return _kept(place_noise(stream, cells, channels), values, cells, subject.sides[stream])

    def labels(asked: Region) -> Tensor:
        return _kept(signs(asked), -signs(asked), asked, 1)

    def _kept(own: Tensor, other: Tensor, cells: Region, side: int) -> Tensor:
        inside = cells.intersect(coarsened_region(region, side))
        assert inside is not None
        rows, columns = cells.crop(inside)
        other[..., rows, columns] = own[..., rows, columns]
        return other

    return noise, labels


def changed(subject: Subject, known: Region) -> tuple[Field, Tensor]:
    """What is drawn around ``known``, and where it differs (H, W) if all beyond is another."""
    around = known.grow(16 * subject.geometry.stride)
    noise, labels = spoiled_outside(known, subject)
    drawn = subject(around)
    other = subject(around, noise, labels)
    return drawn, (drawn.values != other.values)[0].any(dim=0)


def aligned(subject: Subject, cells: int = 20) -> Region:
    """A region of whole cells, large enough that the network makes something of it."""
    return refined_region(Region(-3, 5, cells, cells + 2), subject.geometry.stride)


def test_nothing_inside_depends_on_what_lies_beyond_the_input_region(subject: Subject) -> None:
    known = aligned(subject)
    field, differs = changed(subject, known)
    rows, columns = field.region.crop(known.grow(-subject.geometry.margin))
    assert not differs[rows, columns].any()


@pytest.mark.parametrize("side", ["top", "left", "bottom", "right"])
def test_one_pixel_nearer_depends_on_what_lies_beyond(subject: Subject, side: str) -> None:
    known = aligned(subject)
    field, differs = changed(subject, known)
    inside = known.grow(-subject.geometry.margin)
    y0, x0, h, w = inside.y0, inside.x0, inside.height, inside.width
    line = {
        "top": Region(y0 - 1, x0, 1, w),
        "left": Region(y0, x0 - 1, h, 1),
        "bottom": Region(inside.y1, x0, 1, w),
        "right": Region(y0, inside.x1, h, 1),
    }[side]
    rows, columns = field.region.crop(line)
    assert differs[rows, columns].any()


def test_an_aligned_input_gives_all_but_the_margin(subject: Subject) -> None:
    asked = aligned(subject)
    assert subject(asked).region == asked.grow(-subject.geometry.margin)


@settings(max_examples=15)
@given(st.sampled_from(sorted(SUBJECTS)), st.integers(-60, 60), st.integers(-60, 60), st.data())
def test_overlapping_windows_agree(name: str, dy: int, dx: int, data: st.DataObject) -> None:
    subject = SUBJECTS[name]
    sides = st.integers(1, 40)
    first = Region(0, 0, data.draw(sides), data.draw(sides))
    second = Region(dy, dx, data.draw(sides), data.draw(sides))
    drawn = [subject(subject.geometry.input_region(wanted)) for wanted in (first, second)]
    common = drawn[0].region.intersect(drawn[1].region)
    if common is not None:
        torch.testing.assert_close(*(crop(field, common).values for field in drawn))


@pytest.mark.parametrize("name", ["CRN", "U-Net"])
@pytest.mark.parametrize("shift", [1, 2, 3])
def test_a_condition_need_not_begin_at_a_whole_cell(name: str, shift: int) -> None:
    subject = SUBJECTS[name]
    whole = aligned(subject)
    ragged = Region(whole.y0 + shift, whole.x0 + 1, whole.height - 2 * shift, whole.width - 3)
    part = subject(ragged)
    torch.testing.assert_close(crop(subject(whole), part.region).values, part.values)


@pytest.mark.parametrize("cells", [(1, 0), (0, -3), (2**40, -(2**41))])
def test_a_shift_by_whole_cells_shifts_the_output(subject: Subject, cells: tuple[int, int]) -> None:
    stride = subject.geometry.stride
    dy, dx = cells[0] * stride, cells[1] * stride

    def noise(stream: int, region: Region, channels: int) -> Tensor:
        side = subject.sides[stream]
        return place_noise(stream, region.shift(-dy // side, -dx // side), channels)

    here = subject(aligned(subject))
    there = subject(
        aligned(subject).shift(dy, dx), noise, lambda asked: signs(asked.shift(-dy, -dx))
    )
    assert there.region == here.region.shift(dy, dx)
    assert torch.equal(there.values, here.values)


def test_every_stream_of_noise_counts_and_is_asked_for_once(subject: Subject) -> None:
    asked: list[int] = []

    def noise(stream: int, region: Region, channels: int) -> Tensor:
        asked.append(stream)
        return place_noise(stream, region, channels)

    drawn = subject(aligned(subject), noise).values
    assert sorted(asked) == sorted(subject.sides)
    for other in asked:
        again = subject(
            aligned(subject), lambda s, r, c, other=other: place_noise(s + 100 * (s == other), r, c)
        )
        assert not torch.equal(again.values, drawn)


def test_outputs_lie_between_minus_one_and_one_and_have_both_signs(subject: Subject) -> None:
    values = subject(aligned(subject)).values
    assert values.abs().max() < 1
    for channel in values[0]:
        assert 0.2 < (channel > 0).float().mean() < 0.8


def test_folding_changes_no_output(subject: Subject) -> None:
    folded = fold(deepcopy(subject.network))
    left = {n for n, m in folded.named_modules() if isinstance(m, nn.BatchNorm2d | NoisyConv)}
    assert left == {n for n, _ in folded.named_modules() if n == "head.norm"}
    plain = subject(aligned(subject))
    again = Subject(folded)(aligned(subject))  # type: ignore[arg-type]
    assert again.region == plain.region
    torch.testing.assert_close(again.values, plain.values, rtol=1e-4, atol=1e-5)


def test_no_layer_pads(subject: Subject) -> None:
    layers = [m for m in subject.network.modules() if isinstance(m, nn.Conv2d)]
    assert layers
    assert {layer.padding for layer in layers} == {(0, 0)}


def test_reading_the_geometry_leaves_the_network_as_it_was(subject: Subject) -> None:
    subject.network.train()
    before = {key: value.clone() for key, value in subject.network.state_dict().items()}
    subject.network.geometry()
    assert subject.network.training
    for key, value in subject.network.state_dict().items():
        assert torch.equal(value, before[key])
    subject.network.eval()


@pytest.mark.parametrize(
    ("network", "geometry"),
    [
        # Two levels. Side of the cells n: conv n - 2, doubled 2n - 6, conv 2n - 8.
        (FCGenerator(1, 1, (2, 2), (1, 1)), Geometry(2, 4)),
        # The same and the head: 2n - 10.
        (CRNGenerator(1, 1, 1, (2, 2), (1, 1)), Geometry(2, 5)),
        # Down: conv 2n - 2, whole cells n - 2, conv n - 4; up 2n - 10, conv and head 2n - 14.
        (UNetGenerator(1, 1, (2, 2)), Geometry(2, 7)),
        (FCGenerator(1, 1, (2,), (3,)), Geometry(1, 3)),
    ],
)
def test_small_networks_have_the_geometry_worked_out_by_hand(
    network: FCGenerator | CRNGenerator | UNetGenerator, geometry: Geometry
) -> None:
    assert network.geometry() == geometry


def test_widths_and_counts_of_convolutions_go_together() -> None:
    with pytest.raises(ValueError, match="2 widths but 1"):
        FCGenerator(2, 1, (4, 4), (1,))
    with pytest.raises(ValueError, match="2 widths but 3"):
        CRNGenerator(2, 1, 1, (4, 4), (1, 1, 1))


def test_every_layer_has_a_stream_of_its_own(subject: Subject) -> None:
    layers = [m.stream for m in subject.network.modules() if isinstance(m, NoisyConv)]
    assert len(set(layers)) == len(layers)
    assert 0 not in layers
