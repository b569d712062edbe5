"""A generator against a discriminator: what the models with that one game share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from tissuegan.errors import UserError
from tissuegan.models.objective import DISCRIMINATOR_LOSSES, GENERATOR_LOSSES, split
from tissuegan.models.phases import Phase, Step, Trainable, adversarial_phases, frozen
from tissuegan.models.pool import FakePool
from tissuegan.models.settings import AdversarialSettings
from tissuegan.networks.discriminator import MultiScaleDiscriminator, Verdict
from tissuegan.networks.geometry import Geometry


class AdversarialGAN(Trainable):
    """One term of the value functions: E log D(real) + E log(1 - D(fake)), over scales (Eq. 7).

    Attributes:
        part: the name of the part, of its phases and its losses.
        settings: losses and optimisers.
        generator: what makes the fakes.
        discriminator: sees real and fake alike.
        pool: earlier fakes that the discriminator sees too, or None.
    """

    part: ClassVar[str]
    settings: AdversarialSettings
    generator: nn.Module
    discriminator: MultiScaleDiscriminator
    pool: FakePool | None

    @abstractmethod
    def compared(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real and fresh fake values of equal shape, as the discriminator sees them."""

    def phases(self) -> tuple[Phase, ...]:
        """Discriminator, then generator against it, on the same fakes."""
        return adversarial_phases(self.part, self, self.settings)

    def generators(self) -> Mapping[str, nn.Module]:
        """The one generator."""
        return {self.part: self.generator}

    def pair(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real and fake of this step; the fakes are drawn once for both phases."""
        if self.part not in step.drawn:
            step.drawn[self.part] = self.compared(step)
        return step.drawn[self.part]

    def generator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What the generator minimises."""
        loss = GENERATOR_LOSSES[self.settings.discriminator.loss]
        with frozen(self.discriminator):
            _, fake = self.pair(step)
            return {f"{self.part}.g": loss(self.heard(self.discriminator(fake), step))}

    def discriminator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What the discriminator minimises."""
        real, fake = self.pair(step)
        fake = fake.detach().to(real.dtype)
        shown = fake if self.pool is None else self.pool(fake, step.noise)
        said = [self.heard(each, step) for each in verdicts(self.discriminator, real, shown)]
        loss = DISCRIMINATOR_LOSSES[self.settings.discriminator.loss]
        return {f"{self.part}.d": loss(*said)}

    def heard(self, said: list[Verdict], step: Step) -> list[Verdict]:  # noqa: ARG002
        """What of the verdicts on a step's batch counts: all of it."""
        return said


def refuse_wide(discriminator: MultiScaleDiscriminator, geometry: Geometry) -> None:
    """UserError where fields of one fixed size are too small for the coarsest discriminator."""
    if geometry.fixed and discriminator.smallest > geometry.stride:
        raise UserError(
            f"The generator draws fields of {geometry.stride} pixels and the coarsest "
            f"discriminator needs {discriminator.smallest}; set fewer or smaller factors or depths "
            "of the discriminator."
        )


def verdicts(
    discriminator: MultiScaleDiscriminator, real: Tensor, fake: Tensor
) -> tuple[list[Verdict], list[Verdict]]:
    """What is said of real and of fake values of equal shape (B, channels, h, w).

    It is said in one pass, unless the discriminator normalises over a batch: that would be another
    one here than where the generator is judged.
    """
    if discriminator.normalises:
        return discriminator(real), discriminator(fake)
    return split(discriminator(torch.cat([real, fake])))
