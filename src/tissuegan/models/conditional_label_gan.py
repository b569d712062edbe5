"""Conditional label synthesis: some classes given the others, y1 -> y2 (paper section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor

from tissuegan.errors import UserError
from tissuegan.models.adversarial import AdversarialGAN, refuse_wide
from tissuegan.models.generators import ConditionalGenerator, conditional_generator
from tissuegan.models.phases import Step
from tissuegan.models.pictures import painted
from tissuegan.models.pool import fake_pool
from tissuegan.models.settings import CompletionSettings, Parts
from tissuegan.models.soft import soft_labels
from tissuegan.networks.discriminator import MultiScaleDiscriminator, Verdict
from tissuegan.networks.geometry import Field
from tissuegan.region import Region


@dataclass(frozen=True)
class Division:
    """A division y = (y1, y2) of the classes: places of the given ones and of those made."""

    given: tuple[int, ...]
    made: tuple[int, ...]

    @classmethod
    def of(cls, classes: Sequence[str], given: Sequence[str]) -> Self:
        """By the names of the given classes; none means all but the last.

        Raises:
            UserError: there is no such class, or nothing would be given or made.
        """
        names = tuple(given) or tuple(classes[:-1])
        unknown = [name for name in names if name not in classes]
        made = tuple(k for k, name in enumerate(classes) if name not in names)
        if unknown or not made or len(set(names)) != max(len(names), 1):
            raise UserError(
                f"The classes ({', '.join(classes)}) cannot be divided into given ones "
                f"({', '.join(names)}) and others that are made; set completion.given to some of "
                "them, by name."
            )
        return cls(tuple(classes.index(name) for name in names), made)


class ConditionalLabelGAN(AdversarialGAN):
    """G: y1 -> y2 and its discriminator on (y1, y2), as the second term of Eq. 3.

    There is no term but the adversarial one: whatever ties y2 to the one answer of the data takes
    away the diversity of answers (supplement B, Figure 14).

    Args:
        division: which classes are given and which are made.
        settings: networks and optimisers.
    """

    parts: ClassVar = ("completion",)
    part: ClassVar = "completion"
    needs_images: ClassVar = False
    settings: CompletionSettings
    generator: ConditionalGenerator

    def __init__(self, division: Division, settings: CompletionSettings) -> None:
        super().__init__()
        self.settings = settings
        self.division = division
        given, made = len(division.given), len(division.made)
        self.generator = conditional_generator(given, made, settings.generator)
        self.geometry = self.generator.geometry()
        part = settings.discriminator
        scales = part.scales(given + made, given)
        self.discriminator = MultiScaleDiscriminator(given + made, part.base, scales, part.kind)
        refuse_wide(self.discriminator, self.geometry)
        self.pool = fake_pool(part, given + made, self.geometry)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``completion``."""
        part = settings.part("completion", CompletionSettings)
        return cls(Division.of(classes, part.given), part)

    def smallest_crops(self) -> Mapping[str, int]:
        """The least side of a patch, in pixels of the data, that the discriminators can judge."""
        geometry = self.geometry
        needed = Region(0, 0, self.discriminator.smallest, self.discriminator.smallest)
        side = needed.grow(geometry.margin).align(geometry.stride).height
        around = self.settings.rim if geometry.fixed else geometry.stride
        return {"crop": self.settings.downsample * (side + 2 * around)}

    def compared(self, step: Step) -> tuple[Tensor, Tensor]:
        """Real (y1, y2) and (y1, G(y1)), (B, C1 + C2, h, w) on what the generator knows.

        Where a model's labels are at hand, the last y1 that G is given are these.
        """
        soft = self._soft(step.masks)
        condition = Field(self._conditions(soft, step), soft.region)
        drawn = self.generator(condition, step.noise)
        place = (..., *soft.region.crop(drawn.region))
        known = condition.values[place]
        fake = torch.cat([known, drawn.values.to(known.dtype)], dim=1)
        return soft.values[place][:, [*self.division.given, *self.division.made]], fake

    def heard(self, said: list[Verdict], step: Step) -> list[Verdict]:
        """All verdicts; those on (y1, y2) only where y1 is real, for made ones are told at sight.

        Args:
            said: one a scale, on the whole batch.
            step: whose last patches have made classes y1, where there are any.
        """
        if step.made is None:
            return said
        real, scales = len(step.masks) - len(step.made), self.discriminator.scales
        pairs = zip(said, scales, strict=True)
        return [v if scale.channels else v.of(slice(real)) for v, scale in pairs]

    def _conditions(self, soft: Field, step: Step) -> Tensor:
        """Soft y1 (B, C1, h, w) to draw for: those of the sections, the last ones made."""
        given = list(self.division.given)
        if step.made is None:
            return soft.values[:, given]
        made = self._soft(step.made).values[:, given]
        return torch.cat([soft.values[: -len(made), given], made])

    def _soft(self, masks: Tensor) -> Field:
        """Masks (B, C, H, W) as soft labels, as large as the generator takes them."""
        whole = Field(masks, Region(0, 0, masks.shape[-2], masks.shape[-1]))
        return self._field(soft_labels(whole, self.settings.downsample, self.settings.smooth))

    def _field(self, soft: Field) -> Field:
        """The part of soft labels that the generator takes: one field, where it knows one size."""
        if not self.geometry.fixed:
            return soft
        side = self.geometry.stride
        return Field(soft.values[..., :side, :side], Region(0, 0, side, side))

    def sheet(self, step: Step) -> list[Tensor]:
        """Real labels above, below the given classes with those made for them."""
        return [painted(self._in_order(labels)) for labels in self.compared(step)]

    def _in_order(self, labels: Tensor) -> Tensor:
        """Labels (B, C, h, w) of given and made classes in the order of the classes."""
        places = [*self.division.given, *self.division.made]
        return labels[:, [places.index(k) for k in range(len(places))]]
