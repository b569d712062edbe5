"""What a model folder makes, part by part: a table from the parts of a card to functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from torch import Tensor, nn

from tissuegan.data.intensity import Intensity
from tissuegan.models.card import IntensityCard, ModelCard
from tissuegan.models.completed import CompletedLabels
from tissuegan.models.completion import CompletionSynthesis
from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.generators import conditional_generator, noise_generator
from tissuegan.models.joint import JointImage, JointLabels, SegmentedLabels, SharedField
from tissuegan.models.segmentation import Segmentation
from tissuegan.models.settings import (
    CompletionSettings,
    ImageSettings,
    JointSettings,
    LabelSettings,
    SegmenterSettings,
    UnsupervisedSettings,
)
from tissuegan.models.synthesis import ImagePart, ImageSynthesis, LabelPart, LabelSynthesis
from tissuegan.networks.segmentation import SegmentationNetwork

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class Products:
    """What a model, or a part of one, can make.

    Attributes:
        labels: noise to labels, or None.
        image: labels to image, or None.
        completion: some classes to the others, or None.
        segmenter: image to labels, or None.
    """

    labels: LabelPart | None = None
    image: ImagePart | None = None
    completion: CompletionSynthesis | None = None
    segmenter: Segmentation | None = None

    def joined(self, other: Products) -> Products:
        """What either can make; where both can, it is the other's."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        theirs = {field.name: getattr(other, field.name) for field in fields(other)}
        return Products(**{k: v if theirs[k] is None else theirs[k] for k, v in mine.items()})


def products(card: ModelCard, weights: Weights) -> Products:
    """Everything that the parts of a card make with these weights.

    Raises:
        RuntimeError, ValueError: the weights are not of the networks that the card describes.
    """
    made = Products()
    for part in card.parts():
        made = made.joined(OPENERS[part](card, weights))
    return _completed(made)


def _completed(made: Products) -> Products:
    """With labels in two stages, where there is a part for each."""
    if made.completion is None or not isinstance(made.labels, LabelSynthesis):
        return made
    return replace(made, labels=CompletedLabels(made.labels, made.completion))


def _labels(card: ModelCard, weights: Weights) -> Products:
    settings = card.part("labels", LabelSettings)
    network = noise_generator(len(card.classes), settings.generator)
    fill(network, "labels", weights)
    how = settings.doublings, card.thresholds, settings.cleaning, settings.pieces
    return Products(labels=LabelSynthesis(network, *how))


def _image(card: ModelCard, weights: Weights) -> Products:
    if card.intensity is None:
        return Products()
    settings = card.part("image", ImageSettings).generator
    network = conditional_generator(len(card.classes), 1, settings)
    fill(network, "image", weights)
    return Products(image=ImageSynthesis(network, _grey(card.intensity)))


def _completion(card: ModelCard, weights: Weights) -> Products:
    settings = card.part("completion", CompletionSettings)
    division = Division.of(card.classes, settings.given)
    sizes = len(division.given), len(division.made)
    network = conditional_generator(*sizes, settings.generator)
    fill(network, "completion", weights)
    how = settings.doublings, card.thresholds, settings.smooth, settings.cleaning
    return Products(completion=CompletionSynthesis(network, division, *how))


def _segmenter(card: ModelCard, weights: Weights) -> Products:
    if card.intensity is None:
        return Products()
    shape = card.part("segmenter", SegmenterSettings)
    network = SegmentationNetwork(len(card.classes), shape.widths, shape.factor)
    fill(network, "segmenter", weights)
    return Products(segmenter=Segmentation(network, _grey(card.intensity)))


def _joint(card: ModelCard, weights: Weights) -> Products:
    if card.intensity is None:
        return Products()
    classes = len(card.classes)
    field = _field(card.part("joint", JointSettings), classes + 1, "joint", weights)
    labels = JointLabels(field, classes, card.thresholds)
    return Products(labels=labels, image=JointImage(field, _grey(card.intensity)))


def _unsupervised(card: ModelCard, weights: Weights) -> Products:
    if card.intensity is None:
        return Products()
    settings = card.part("unsupervised", UnsupervisedSettings)
    field = _field(settings, 1, "unsupervised", weights)
    image = JointImage(field, _grey(card.intensity))
    seen = _segmenter(card, weights).segmenter if card.segmenter is not None else None
    labels = None if seen is None else SegmentedLabels(image, seen)
    return Products(labels=labels, image=image)


def _field(settings: LabelSettings, channels: int, part: str, weights: Weights) -> SharedField:
    network = noise_generator(channels, settings.generator)
    fill(network, part, weights)
    return SharedField(network, settings.doublings)


def _grey(card: IntensityCard) -> Intensity:
    return Intensity(card.low, card.high, card.dtype, card.tones)


def _no_product(_card: ModelCard, _weights: Weights) -> Products:
    return Products()


OPENERS: Mapping[str, Callable[[ModelCard, Weights], Products]] = {
    "labels": _labels,
    "image": _image,
    "completion": _completion,
    "joint": _joint,
    "unsupervised": _unsupervised,
    "supervision": _no_product,
    "segmenter": _segmenter,
}


def fill(network: nn.Module, part: str, weights: Weights) -> None:
    """Loads the tensors of a part, by name, into its network."""
    prefix = f"{part}."
    network.load_state_dict(
        {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
    )
