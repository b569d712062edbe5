"""SGAN: p(x, y) = p(y) p(x | y), each factor a GAN of its own (Eq. 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from torch import Tensor, nn

from tissuegan.models.conditional_label_gan import ConditionalLabelGAN
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.settings import Parts


class SGAN(Trainable):
    """A :class:`LabelGAN` and an :class:`ImageGAN` side by side.

    The value function decouples (Eq. 4): one step holds the phases of both, and training them in
    one run or in two gives the same optimum. With a :class:`ConditionalLabelGAN` beside them the
    labels are factorised, too, p(y) = p(y1) p(y2 | y1) (section 3): of the classes that the label
    GAN draws those that are made for others are drawn by it instead.
    """

    parts: ClassVar = ("labels", "image")
    optional: ClassVar = ("completion",)

    def __init__(
        self, labels: LabelGAN, image: ImageGAN, completion: ConditionalLabelGAN | None = None
    ) -> None:
        super().__init__()
        self.labels, self.image, self.completion = labels, image, completion

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the parts ``labels``, ``image`` and, where it is there, ``completion``."""
        labels, image = LabelGAN.of(classes, settings), ImageGAN.of(classes, settings)
        if settings.completion is None:
            return cls(labels, image)
        return cls(labels, image, ConditionalLabelGAN.of(classes, settings))

    def games(self) -> tuple[Trainable, ...]:
        """The GANs side by side."""
        games = self.labels, self.image, self.completion
        return tuple(game for game in games if game is not None)

    def phases(self) -> tuple[Phase, ...]:
        """The phases of all parts."""
        return tuple(phase for game in self.games() for phase in game.phases())

    def generators(self) -> Mapping[str, nn.Module]:
        """All generators."""
        return {name: made for game in self.games() for name, made in game.generators().items()}

    def smallest_crops(self) -> Mapping[str, int]:
        """What all parts need."""
        needs = [item for game in self.games() for item in game.smallest_crops().items()]
        return {key: max(side for name, side in needs if name == key) for key, _ in needs}

    def sheet(self, step: Step) -> list[Tensor]:
        """The rows of all parts."""
        return [row for game in self.games() for row in game.sheet(step)]
