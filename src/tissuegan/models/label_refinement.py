"""A trained label generator led to the numbers and sizes of objects that the sections have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Self, cast

from torch import Tensor, nn

from tissuegan.errors import UserError
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.minkowski import SMALLEST, MinkowskiMatch
from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.settings import LabelSettings, Parts
from tissuegan.networks.fcgan import FCGenerator
from tissuegan.networks.layers import NoisyConv

FINE = 2


class LabelRefinement(Trainable):
    """The generator of a :class:`LabelGAN` against :class:`MinkowskiMatch` alone.

    Only gains, offsets and strengths of the noise of the coarse stages move, a few thousand
    weights: they decide how often a shape is drawn, and cannot draw a new one, so no discriminator
    has to watch them. The finest two stages, which draw the edges, and the statistics of all
    normalisations stay as they are.

    Args:
        classes: number of label channels C.
        settings: of the :class:`LabelGAN`.
    """

    parts: ClassVar = ("labels",)
    needs_images: ClassVar = False
    smallest_batch: ClassVar = 2

    def __init__(self, classes: int, settings: LabelSettings) -> None:
        super().__init__()
        self.labels, self.match = LabelGAN(classes, settings), MinkowskiMatch(classes)
        del self.labels.discriminator  # nobody asks it, and a checkpoint need not keep it
        self.labels.requires_grad_(False)
        for block in coarse_blocks(self.labels.generator.eval()):
            block.strength.requires_grad_(True)
            block.norm.requires_grad_(True)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``labels``.

        Raises:
            UserError: it does not say which generator to begin from.
        """
        labels = settings.part("labels", LabelSettings)
        if labels.start is None:
            raise UserError(
                "labels-refine goes on from a trained label generator and none is named; "
                "add --set labels.start=RUN."
            )
        return cls(len(classes), labels)

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
        """The least side, in pixels of the data, of which the widest sieve leaves something."""
        settings = self.labels.settings
        return {"crop": settings.downsample * (SMALLEST + 2 * settings.rim)}

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels above, generated labels below."""
        return self.labels.sheet(step)


def coarse_blocks(generator: nn.Module) -> Iterator[NoisyConv]:
    """The convolutions of all stages but the finest two.

    Raises:
        UserError: the generator has no such stages.
    """
    if not isinstance(generator, FCGenerator) or len(generator.stages) <= FINE:
        raise UserError(
            "labels-refine works on fully convolutional generators of three stages or more; "
            "set labels.generator to one, such as recipe labels has"
        )
    for stage in list(generator.stages)[:-FINE]:
        yield from cast(Iterable[NoisyConv], stage)
