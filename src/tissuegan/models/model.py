"""A trained model: what :func:`tissuegan.load` returns and the canvas draws with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from tissuegan.classes import LabelClasses
from tissuegan.data.intensity import Intensity
from tissuegan.errors import UserError
from tissuegan.models.card import ModelCard, read_model
from tissuegan.models.image_gan import image_generator
from tissuegan.models.synthesis import ImageSynthesis, LabelSynthesis
from tissuegan.networks.fcgan import FCGenerator


@dataclass(frozen=True, eq=False)
class Model:
    """Generators ready for sampling, with the card that describes them.

    Attributes:
        name: as it was asked for.
        card: settings and provenance.
        digest: SHA-256 of the weights file.
        labels: noise to labels, or None.
        image: labels to image, or None.
    """

    name: str
    card: ModelCard
    digest: str
    labels: LabelSynthesis | None
    image: ImageSynthesis | None

    @property
    def classes(self) -> LabelClasses:
        """The classes that it was trained on."""
        return LabelClasses(self.card.classes, self.card.colours)

    @property
    def pixel_size_nm(self) -> float:
        """Side of a pixel in nanometres."""
        return self.card.pixel_size_nm


def open_model(folder: Path, name: str) -> Model:
    """The model of a model folder; UserError where it cannot be read."""
    card, weights, digest = read_model(folder)
    try:
        return Model(name, card, digest, _labels(card, weights), _image(card, weights))
    except (RuntimeError, ValueError) as error:
        raise UserError(
            f"The weights in {folder} do not fit its config.json; restore it or train again."
        ) from error


def _labels(card: ModelCard, weights: dict[str, Tensor]) -> LabelSynthesis | None:
    if card.labels is None:
        return None
    shape = card.labels.generator
    network = FCGenerator(len(card.classes), shape.noise_channels, shape.widths, shape.convs)
    _fill(network, "labels", weights)
    return LabelSynthesis(network, card.labels.downsample.bit_length() - 1, card.thresholds)


def _image(card: ModelCard, weights: dict[str, Tensor]) -> ImageSynthesis | None:
    if card.image is None or card.intensity is None:
        return None
    network = image_generator(len(card.classes), card.image.generator)
    _fill(network, "image", weights)
    grey = card.intensity
    return ImageSynthesis(network, Intensity(grey.low, grey.high, grey.dtype))


def _fill(network: nn.Module, part: str, weights: dict[str, Tensor]) -> None:
    prefix = f"{part}."
    network.load_state_dict(
        {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
    )
