"""SGAN: p(x, y) = p(y) p(x | y), each factor a GAN of its own (Eq. 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from torch import Tensor, nn

from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.settings import Parts


class SGAN(Trainable):
    """A :class:`LabelGAN` and an :class:`ImageGAN` side by side.

    The value function decouples (Eq. 4): one step holds the phases of both, and training them in
    one run or in two gives the same optimum.
    """

    parts: ClassVar = ("labels", "image")

    def __init__(self, labels: LabelGAN, image: ImageGAN) -> None:
        super().__init__()
        self.labels = labels
        self.image = image

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the parts ``labels`` and ``image``."""
        return cls(LabelGAN.of(classes, settings), ImageGAN.of(classes, settings))

    def phases(self) -> tuple[Phase, ...]:
        """The phases of both parts."""
        return self.labels.phases() + self.image.phases()

    def generators(self) -> Mapping[str, nn.Module]:
        """Both generators."""
        return {**self.labels.generators(), **self.image.generators()}

    def smallest_crops(self) -> Mapping[str, int]:
        """What both parts need."""
        labels, image = self.labels.smallest_crops(), self.image.smallest_crops()
        return {key: max(labels.get(key, 0), image.get(key, 0)) for key in {**labels, **image}}

    def sheet(self, step: Step) -> list[Tensor]:
        """The rows of both parts."""
        return self.labels.sheet(step) + self.image.sheet(step)
