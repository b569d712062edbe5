"""Tiny networks and models whose weights are random but alive: noise counts and masks are mixed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tissuegan.classes import LabelClasses
from tissuegan.models.card import IntensityCard, ModelCard, write_model
from tissuegan.models.generators import conditional_generator, noise_generator
from tissuegan.models.settings import (
    CompletionSettings,
    CRNSettings,
    FCSettings,
    ImageSettings,
    LabelSettings,
    SegmenterSettings,
    UNetSettings,
)
from tissuegan.networks.crn import CRNGenerator
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.geometry import Field
from tissuegan.networks.layers import NoisyConv
from tissuegan.networks.outlines import OutlineHead
from tissuegan.networks.segmentation import SegmentationNetwork
from tissuegan.networks.unet import UNetGenerator
from tissuegan.noise import normals
from tissuegan.region import Region
from tissuegan.tissue import Tissue

FC = FCSettings(noise_channels=3, widths=(8, 6, 5, 4), convs=(1, 1, 1, 1))
CRN = CRNSettings(noise_channels=3, widths=(7, 6, 5), convs=(1, 2, 1))
UNET = UNetSettings(widths=(5, 6, 7))
SEGMENTER = SegmenterSettings(widths=(4, 4, 4, 4, 4, 4))


def place_noise(stream: int, region: Region, channels: int) -> Tensor:
    """Noise (1, channels, H, W) as a function of coordinates."""
    return torch.from_numpy(normals(1, stream, region, channels))[None]


def fc_generator(classes: int = 2, settings: FCSettings = FC) -> FCGenerator:
    network = noise_generator(classes, settings)
    assert isinstance(network, FCGenerator)
    enliven(network)
    if settings.regions:
        _thin(network)
    else:
        _mix(network, network(Region(0, 0, 24, 24), place_noise).values)
    return network


def conditioned_generator(
    classes: int, settings: CRNSettings | UNetSettings, outputs: int = 1
) -> CRNGenerator | UNetGenerator:
    network = conditional_generator(classes, outputs, settings)
    assert isinstance(network, CRNGenerator | UNetGenerator)
    enliven(network)
    region = Region(0, 0, 64, 64)
    labels = Field(random_signs(classes, region), region)
    _mix(network, network(labels, place_noise).values)
    return network


def pixels(tissue: Tissue) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """The image of a tissue that must have one."""
    assert tissue.image is not None
    return tissue.image


def random_signs(classes: int, region: Region, stream: int = 999) -> Tensor:
    """Labels (1, classes, H, W) of -1 and 1, blocky, as a function of coordinates."""
    coarse = Region(region.y0 // 4, region.x0 // 4, region.height // 4 + 2, region.width // 4 + 2)
    blocks = normals(2, stream, coarse, classes).repeat(4, axis=1).repeat(4, axis=2)
    dy, dx = region.y0 - 4 * coarse.y0, region.x0 - 4 * coarse.x0
    signs = np.sign(blocks[:, dy : dy + region.height, dx : dx + region.width])
    return torch.from_numpy(np.ascontiguousarray(signs, np.float32))[None]


def enliven(network: nn.Module, seed: int = 0) -> None:
    """Gives noise a strength and normalisations statistics, as training does; eval mode."""
    random = torch.Generator().manual_seed(seed)
    network.eval().requires_grad_(False)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.weight.normal_(0, (2 / layer.weight[0].numel()) ** 0.5, generator=random)
            if layer.bias is not None:
                layer.bias.zero_()
        if isinstance(layer, NoisyConv):
            layer.strength.normal_(0, 0.5, generator=random)
            layer.norm.weight.uniform_(0.7, 1.3, generator=random)
            layer.norm.bias.normal_(0, 0.2, generator=random)
            layer.norm.get_buffer("running_mean").normal_(0, 0.2, generator=random)
            layer.norm.get_buffer("running_var").uniform_(0.5, 1.5, generator=random)


def _thin(network: FCGenerator) -> None:
    """Makes the outlines of a network hardly two pixels wide: its random regions are small."""
    assert isinstance(network.head, OutlineHead)
    assert network.head.maps.bias is not None
    network.head.maps.bias[network.head.regions] = -3.0


def _mix(network: FCGenerator | CRNGenerator | UNetGenerator, drawn: Tensor) -> None:
    """Scales the head so that its outputs, as drawn now, centre on zero and fill (-1, 1)."""
    before = torch.atanh(drawn.clamp(-0.999, 0.999))
    middle, spread = before.mean((0, 2, 3)), before.std((0, 2, 3))
    head = network.head
    assert isinstance(head, nn.Conv2d)
    assert head.bias is not None
    head.bias.copy_((head.bias - middle) / spread)
    head.weight.div_(spread[:, None, None, None])


def write_tiny_model(
    folder: Path,
    labels: bool = True,
    image: CRNSettings | UNetSettings | None = CRN,
    classes: tuple[str, ...] = ("wall", "blob"),
    downsample: int = 2,
    dtype: str = "uint8",
) -> Path:
    """A model folder; ``load`` opens it."""
    weights: dict[str, Tensor] = {}
    if labels:
        drawn = fc_generator(len(classes)).state_dict()
        weights.update({f"labels.{key}": value for key, value in drawn.items()})
    if image is not None:
        made = conditioned_generator(len(classes), image).state_dict()
        weights.update({f"image.{key}": value for key, value in made.items()})
    write_model(folder, tiny_card(labels, image, classes, downsample, dtype), weights)
    return folder


def tiny_card(
    labels: bool = True,
    image: CRNSettings | UNetSettings | None = CRN,
    classes: tuple[str, ...] = ("wall", "blob"),
    downsample: int = 2,
    dtype: str = "uint8",
) -> ModelCard:
    high = {"uint8": 255.0, "uint16": 65535.0}[dtype]
    kinds = {(True, False): "labels", (False, True): "image"}
    return ModelCard(
        model=kinds.get((labels, image is not None), "sgan"),
        classes=classes,
        colours=LabelClasses(classes).colours,
        pixel_size_nm=4.6,
        intensity=IntensityCard(low=0.0, high=high, dtype=dtype) if image else None,
        labels=LabelSettings.model_validate({"downsample": downsample, "generator": FC})
        if labels
        else None,
        image=ImageSettings(generator=image) if image else None,
        training={"steps": "0"},
    )


def write_tiny_completion(folder: Path) -> Path:
    """A model folder that draws ``blob`` and ``dot`` for a given ``wall``."""
    classes = ("blob", "wall", "dot")
    drawn = conditioned_generator(1, CRN, 2).state_dict()
    card = ModelCard(
        model="completion",
        classes=classes,
        colours=LabelClasses(classes).colours,
        pixel_size_nm=4.6,
        completion=CompletionSettings(given=("wall",), generator=CRN),
        training={"steps": "0"},
    )
    write_model(folder, card, {f"completion.{key}": value for key, value in drawn.items()})
    return folder


def write_tiny_completed(
    folder: Path, classes: tuple[str, ...] = ("wall", "blob"), thickness: int = 0
) -> Path:
    """A model folder whose last class is drawn for the others; ``load`` opens it.

    Holes in the others and bodies of the last are at least of a thickness.
    """
    parts = {
        "labels": fc_generator(len(classes)),
        "image": conditioned_generator(len(classes), CRN),
        "completion": conditioned_generator(len(classes) - 1, CRN),
    }
    card = tiny_card(classes=classes, dtype="uint16")
    then = CompletionSettings(generator=CRN, specks=thickness)
    first = LabelSettings(generator=FC, holes=thickness)
    card = card.model_copy(update={"labels": first, "completion": then})
    states = {name: network.state_dict() for name, network in parts.items()}
    weights = {f"{name}.{key}": v for name, state in states.items() for key, v in state.items()}
    write_model(folder, card, weights)
    return folder


def segmentation_network(
    classes: int = 2, settings: SegmenterSettings = SEGMENTER
) -> SegmentationNetwork:
    """Alive: its normalisations have statistics, and its logits are mixed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = SegmentationNetwork(classes, settings.widths, settings.factor).train()
    grain = normals(3, 0, Region(0, 0, 128, 128), 2)
    with torch.no_grad():
        for _ in range(8):
            network(torch.from_numpy(grain)[:, None].clamp(-1, 1))
    return network.eval().requires_grad_(False)


def write_tiny_segmenter(
    folder: Path,
    classes: tuple[str, ...] = ("wall", "blob"),
    dtype: str = "uint8",
    pixel_size_nm: float = 4.6,
) -> Path:
    """A model folder of a segmenter; ``load`` opens it."""
    network = segmentation_network(len(classes))
    weights = {f"segmenter.{key}": value for key, value in network.state_dict().items()}
    high = {"uint8": 255.0, "uint16": 65535.0}[dtype]
    card = ModelCard(
        model="segmenter",
        classes=classes,
        colours=LabelClasses(classes).colours,
        pixel_size_nm=pixel_size_nm,
        intensity=IntensityCard(low=0.0, high=high, dtype=dtype),
        segmenter=SEGMENTER,
        training={"steps": "0"},
    )
    write_model(folder, card, weights)
    return folder
