"""A trained label generator led to the numbers and sizes of objects that the sections have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from torch import Tensor, nn

from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.minkowski import MinkowskiMatch
from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.settings import LabelSettings, Parts


class LabelRefinement(Trainable):
    """The generator of a :class:`LabelGAN` against :class:`MinkowskiMatch` alone.

    Only gains, offsets and strengths of the noise move, a few thousand weights: they decide how
    often a shape is drawn, and cannot draw a new one, so no discriminator has to watch them. The
    statistics of the normalisations stay as they are.

    Args:
        classes: number of label channels C.
        settings: of the :class:`LabelGAN`.
    """

    parts: ClassVar = ("labels",)
    needs_images: ClassVar = False

    def __init__(self, classes: int, settings: LabelSettings) -> None:
        super().__init__()
        self.labels, self.match = LabelGAN(classes, settings), MinkowskiMatch(classes)
        self.labels.discriminator.requires_grad_(False)
        for module in self.labels.generator.eval().modules():
            if isinstance(module, nn.Conv2d):
                module.requires_grad_(False)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``labels``, which is meant to have a ``start``."""
        return cls(len(classes), settings.part("labels", LabelSettings))

    def phases(self) -> tuple[Phase, ...]:
        """The generator alone."""
        labels = self.labels
        optimiser = labels.settings.generator_optimiser
        return (Phase("labels.generator", labels.generator, optimiser, self.loss),)

    def loss(self, step: Step) -> Mapping[str, Tensor]:
        """The distance of the functionals."""
        return {"labels.minkowski": self.match(*self.labels.pair(step))}

    def generators(self) -> Mapping[str, nn.Module]:
        """That of the labels."""
        return self.labels.generators()

    def smallest_crops(self) -> Mapping[str, int]:
        """What the labels need."""
        return self.labels.smallest_crops()

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels above, generated labels below."""
        return self.labels.sheet(step)
