"""A trained model: what :func:`tissuegan.load` returns and the canvas draws with."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models.card import ModelCard, read_model
from tissuegan.models.completion import CompletionSynthesis
from tissuegan.models.products import Products, products
from tissuegan.models.segmentation import Segmentation
from tissuegan.models.synthesis import ImagePart, LabelPart


@dataclass(frozen=True, eq=False)
class Model:
    """Networks ready for sampling, with the card that describes them.

    Attributes:
        name: as it was asked for.
        card: settings and provenance.
        digest: SHA-256 of the weights file.
        products: what it can make.
    """

    name: str
    card: ModelCard
    digest: str
    products: Products

    @property
    def identity(self) -> str:
        """Everything that its tissue depends on: a digest of its weights and its settings."""
        settings = self.card.model_dump_json(exclude={"training"})
        return sha256(f"{self.digest} {settings}".encode()).hexdigest()

    @property
    def labels(self) -> LabelPart | None:
        """Noise to labels, or None."""
        return self.products.labels

    @property
    def image(self) -> ImagePart | None:
        """Labels to image, or None."""
        return self.products.image

    @property
    def completion(self) -> CompletionSynthesis | None:
        """Some classes to the others, or None."""
        return self.products.completion

    @property
    def segmenter(self) -> Segmentation | None:
        """Image to labels, or None."""
        return self.products.segmenter

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
        return Model(name, card, digest, products(card, weights))
    except (RuntimeError, ValueError) as error:
        raise UserError(
            f"The weights in {folder} do not fit its config.json; restore it or train again."
        ) from error
