"""What the training loop knows of a model: phases, each a loss and the network that it trains."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, Self

from torch import Tensor, nn

from tissuegan.models.settings import AdversarialSettings, Optimiser, Parts
from tissuegan.networks.geometry import NoiseSource


@dataclass(eq=False)
class Step:
    """One step's data, and what one phase leaves for the next.

    Attributes:
        masks: real labels (B, C, H, W), 0 or 1.
        image: real images (B, 1, H, W) in [-1, 1], or None.
        noise: answers with noise for the whole batch.
        made: labels (B / 2, C, H, W), 0 or 1, that a trained model draws, or None.
        drawn: fakes of this step by name, so that they are drawn once.
    """

    masks: Tensor
    image: Tensor | None
    noise: NoiseSource
    made: Tensor | None = None
    drawn: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Phase:
    """One update: ``loss`` gives named, weighted terms whose sum trains ``network``.

    Of ``shares``, parts of the network learn at a share of the rate: pairs of the two.
    """

    name: str
    network: nn.Module
    optimiser: Optimiser
    loss: Callable[[Step], Mapping[str, Tensor]]
    shares: tuple[tuple[nn.Module, float], ...] = ()


class Trainable(nn.Module, ABC):
    """A model as recipes and the loop see it.

    Attributes:
        parts: names of the parts whose settings it is made from, see
            :class:`tissuegan.models.settings.Parts`.
        optional: names of further parts that it takes where there are settings for them.
        needs_images: whether it learns from images, or from labels alone.
        smallest_batch: patches that it needs to see at once.
    """

    parts: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]] = ()
    needs_images: ClassVar[bool] = True
    smallest_batch: ClassVar[int] = 1

    @classmethod
    @abstractmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """The untrained model for classes of these names."""

    @abstractmethod
    def phases(self) -> tuple[Phase, ...]:
        """The updates of one step, in order."""

    @abstractmethod
    def generators(self) -> Mapping[str, nn.Module]:
        """What makes tissue, by part: averaged over steps, and written to the model folder."""

    @abstractmethod
    def smallest_crops(self) -> Mapping[str, int]:
        """The least value, in pixels of the data, of each field of the recipe that is a crop."""

    @abstractmethod
    def sheet(self, step: Step) -> list[Tensor]:
        """Rows of pictures (B, 3, H, W) in [0, 1] of what the model makes now."""


class Adversaries(Protocol):
    """A generator and a discriminator with a loss each."""

    @property
    def generator(self) -> nn.Module:
        """What makes the fakes."""
        ...

    @property
    def discriminator(self) -> nn.Module:
        """What tells real from fake."""
        ...

    def generator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What the generator minimises."""
        ...

    def discriminator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What the discriminator minimises."""
        ...


def adversarial_phases(
    part: str, gan: Adversaries, settings: AdversarialSettings
) -> tuple[Phase, ...]:
    """Discriminator, then generator against it.

    In this order the generator meets a discriminator that has just seen these very fakes; in the
    other one both move at once, and the game circles.
    """
    d, g = settings.discriminator_optimiser, settings.generator_optimiser
    return (
        Phase(f"{part}.discriminator", gan.discriminator, d, gan.discriminator_loss),
        Phase(f"{part}.generator", gan.generator, g, gan.generator_loss),
    )


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Within the block gradients pass through ``network`` but are not computed for it."""
    parameters = [p for p in network.parameters() if p.requires_grad]
    for parameter in parameters:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in parameters:
            parameter.requires_grad_(True)
