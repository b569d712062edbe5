"""What a model is made of, as frozen values: the part of a recipe that a checkpoint keeps."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from tissuegan.models.generator_settings import (
    Count,
    Counts,
    CRNSettings,
    FCSettings,
    Fraction,
    GeneratorSettings,
    ImageGeneratorSettings,
    NoiseGeneratorSettings,
    Settings,
    TransposedSettings,
    UNetSettings,
    VectorSettings,
    Weight,
    same_length,
)
from tissuegan.networks.cleaning import Cleaning
from tissuegan.networks.discriminator import DiscriminatorKind, Scale

__all__ = [
    "AdversarialSettings",
    "CRNSettings",
    "CompletionSettings",
    "DiscriminatorSettings",
    "FCSettings",
    "ImageSettings",
    "JointSettings",
    "LabelSettings",
    "Optimiser",
    "Parts",
    "SegmenterSettings",
    "Settings",
    "SupervisionSettings",
    "TransposedSettings",
    "UNetSettings",
    "UnsupervisedSettings",
    "VectorSettings",
]

Part = TypeVar("Part", bound="Settings")
Thickness = Annotated[int, Field(ge=0, le=32)]


class Optimiser(Settings):
    """Adam for one phase: constant, then linear to zero over the last ``decay`` of the steps.

    Over the first ``warmup`` of the steps the rate goes linearly from ``first_rate``, which may be
    lower or higher, to ``rate``; without a warmup there is no first rate. ``updates`` is how often
    a step updates the phase, each time on other fakes.
    """

    rate: Weight = 2e-4
    first_rate: Weight = 0.0
    warmup: Annotated[float, Field(ge=0, le=1)] = 0.0
    beta1: Fraction = 0.0
    beta2: Fraction = 0.99
    decay: Annotated[float, Field(ge=0, le=1)] = 0.4
    updates: Count = 1


class DiscriminatorOptimiser(Optimiser):
    """The same for a discriminator, which learns at twice the rate unless told otherwise."""

    rate: Weight = 4e-4


class SegmenterOptimiser(Optimiser):
    """The same for a network that has no opponent, whose steps may have momentum."""

    rate: Weight = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    decay: Annotated[float, Field(ge=0, le=1)] = 0.6


class DiscriminatorSettings(Settings):
    """The pyramid of Equation 7: one discriminator for each entry of ``factors``.

    ``kind`` says what each of them is, see :mod:`tissuegan.networks.discriminator`.
    ``class_factors`` adds, for each class, discriminators that see that class alone; they matter
    only where there is more than one class. ``loss`` is what the discriminators minimise: one of
    :data:`tissuegan.models.objective.DISCRIMINATOR_LOSSES`. ``pool`` is how many earlier fakes are
    shown again, see :class:`tissuegan.models.pool.FakePool`: for generators of one fixed size.
    """

    kind: DiscriminatorKind = "spectral"
    base: Count = 32
    loss: Literal["hinge", "relativistic-hinge", "cross-entropy", "unweighted-cross-entropy"] = (
        "hinge"
    )
    factors: Counts = (1, 2, 4)
    weights: tuple[Weight, ...] = (0.4, 0.35, 0.25)
    depths: Counts = (3, 3, 3)
    class_factors: tuple[Count, ...] = ()
    class_weight: Weight = 0.3
    pool: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _checked(self) -> Self:
        same_length(factors=self.factors, weights=self.weights, depths=self.depths)
        return self

    def scales(self, classes: int, given: int = 0) -> tuple[Scale, ...]:
        """The discriminators for an input whose first channels are the classes.

        Of these the first ``given`` are never false, and get no discriminators of their own.
        """
        joint = tuple(
            Scale(factor, weight, depth)
            for factor, weight, depth in zip(self.factors, self.weights, self.depths, strict=True)
        )
        alone = tuple(
            Scale(factor, self.class_weight, max(self.depths), (channel,))
            for channel in range(given, classes if classes > 1 else 0)
            for factor in self.class_factors
        )
        return joint + alone


class AdversarialSettings(Settings):
    """What every game of a generator against a discriminator has."""

    generator: GeneratorSettings
    discriminator: DiscriminatorSettings = DiscriminatorSettings()
    generator_optimiser: Optimiser = Optimiser()
    discriminator_optimiser: DiscriminatorOptimiser = DiscriminatorOptimiser()

    @property
    def fixed_side(self) -> int | None:
        """Side of a field, in pixels of the data, of a generator that knows one size only."""
        return self.generator.field


class ReducedSettings(AdversarialSettings):
    """What models of soft labels have, which work at a resolution of their own.

    ``downsample`` is the factor between the resolution of the data and that of the generator;
    ``smooth`` makes slopes of the edges of real labels, see :mod:`tissuegan.models.soft`;
    ``holes`` and ``specks`` are the sides, in pixels of the generator, of the squares that holes in
    bodies and bodies must hold to be drawn, see :mod:`tissuegan.networks.cleaning`: what is thinner
    is left out when a trained model draws, and the training does not know of it;
    ``start`` is a model folder whose generator to begin from, or a run folder, whose
    discriminators are taken over too.
    """

    downsample: Literal[1, 2, 4] = 2
    smooth: bool = True
    holes: Thickness = 0
    specks: Thickness = 0
    start: str | None = None

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.generator.field is not None and any(self._sizes()):
            raise ValueError(
                "only labels of generators that know no borders are cleaned; leave holes, specks "
                "and pieces at 0"
            )
        return self

    def _sizes(self) -> tuple[int, ...]:
        """Of what is left out, all 0 where nothing is cleaned."""
        return self.holes, self.specks

    @property
    def doublings(self) -> int:
        """How often the generator's output is enlarged by two to the data's resolution."""
        return self.downsample.bit_length() - 1

    @property
    def fixed_side(self) -> int | None:
        """Side of a field, in pixels of the data, of a generator that knows one size only."""
        side = self.generator.field
        return None if side is None else side * self.downsample

    @property
    def cleaning(self) -> Cleaning:
        """What is left out of what the generator draws."""
        return Cleaning(self.holes, self.specks)

    @property
    def rim(self) -> int:
        """Pixels of the generator that smoothing takes from each side of real labels."""
        return int(self.smooth)


class LabelSettings(ReducedSettings):
    """A :class:`tissuegan.models.LabelGAN`.

    ``pieces`` is the side, in pixels of the generator, of the square that a body must not fit into
    to be drawn, see :mod:`tissuegan.models.pieces`: like ``specks`` it cleans what a trained model
    draws, but by extent, so that thin lines stay where they go on.
    """

    pieces: Thickness = 0
    generator: NoiseGeneratorSettings = FCSettings()
    discriminator: DiscriminatorSettings = DiscriminatorSettings(
        class_factors=(2, 4), loss="relativistic-hinge"
    )

    def _sizes(self) -> tuple[int, ...]:
        return (*super()._sizes(), self.pieces)


class JointSettings(LabelSettings):
    """A :class:`tissuegan.models.JointGAN`; the fields are those of labels.

    The generator works at the data's resolution where ``downsample`` is 1: half of it, as in the
    paper, leaves the images blurred. Its field is an image, too, and is not cleaned.
    """

    downsample: Literal[1, 2, 4] = 1
    holes: Literal[0] = 0
    specks: Literal[0] = 0
    pieces: Literal[0] = 0
    generator: NoiseGeneratorSettings = FCSettings(
        widths=(256, 256, 128, 64, 32, 16, 16), convs=(2, 2, 2, 2, 1, 1, 1)
    )
    discriminator: DiscriminatorSettings = DiscriminatorSettings(
        class_factors=(4, 8), loss="relativistic-hinge"
    )


class UnsupervisedSettings(JointSettings):
    """A :class:`tissuegan.models.UnsupervisedGAN`; the fields are those of a joint model."""

    discriminator: DiscriminatorSettings = DiscriminatorSettings(loss="relativistic-hinge")


class SupervisionSettings(Settings):
    """How a :class:`tissuegan.models.DSGAN` unites its two stages.

    ``pairs`` are the fakes that the discriminator of pairs sees: images of ``real`` labels (Eq. 6)
    or of ``synthetic`` ones (Eq. 5). ``reg`` is lambda_reg, ``cyc`` lambda_cyc for real labels and
    ``cyc_synthetic`` lambda_cyc for synthetic ones; ``through_labels`` lets that last term reach
    the label generator. ``frozen`` leaves the reconstructor as it was before (Fig. 12). Of the rate
    of ``optimiser`` the label generator takes ``labels_share``: one that is trained already loses
    its tissue at the rate at which a new reconstructor learns.
    """

    pairs: Literal["real", "synthetic"] = "real"
    reg: Weight = 10.0
    cyc: Weight = 5.0
    cyc_synthetic: Weight = 5.0
    through_labels: bool = True
    frozen: bool = False
    optimiser: Optimiser = Optimiser()
    labels_share: Annotated[float, Field(ge=0, le=1)] = 1.0


class ImageSettings(AdversarialSettings):
    """A :class:`tissuegan.models.ImageGAN`.

    ``crop`` is the part of each patch, in pixels, that the image networks see (the whole patch
    where it is None); ``l1`` weighs the L1 distance of averages, ``features`` the feature
    matching; ``start`` is as in :class:`ReducedSettings`. ``l1_cell`` is the
    side of the averages, ``l1_classes`` what a pixel of each class counts in the distance.
    """

    crop: Count | None = None
    l1: Weight = 5.0
    l1_cell: Count = 4
    l1_classes: tuple[Weight, ...] = ()
    features: Weight = 2.0
    start: str | None = None
    generator: ImageGeneratorSettings = CRNSettings()
    discriminator: DiscriminatorSettings = DiscriminatorSettings(
        factors=(1, 1, 2), weights=(0.4, 0.3, 0.3), depths=(2, 3, 3)
    )


class CompletionSettings(ReducedSettings):
    """A :class:`tissuegan.models.ConditionalLabelGAN`.

    ``given`` names the classes that are given (all but the last where it is empty); the others are
    made.
    """

    given: tuple[str, ...] = ()
    generator: ImageGeneratorSettings = CRNSettings()
    discriminator: DiscriminatorSettings = DiscriminatorSettings(
        class_factors=(2,), loss="relativistic-hinge"
    )


class SegmenterSettings(Settings):
    """A :class:`tissuegan.models.Segmenter`.

    ``widths`` are the six ``features`` of MONAI's BasicUNet, ``factor`` the side in pixels of the
    cells that it works on; ``dice`` weighs the Dice loss beside the cross-entropy, ``augment`` is
    the strength of the augmentation; ``start`` is a model folder whose network to begin from.
    """

    widths: Annotated[tuple[Count, ...], Field(min_length=6, max_length=6)] = (
        *(32, 48, 96, 192, 256),
        32,
    )
    factor: Literal[1, 2, 4] = 2
    dice: Weight = 0.5
    augment: Weight = 1.0
    start: str | None = None
    optimiser: SegmenterOptimiser = SegmenterOptimiser()


class Parts(Settings):
    """The settings of a model's parts by name; None for a part that it has not.

    A recipe and a model's card are both of this form: what was asked for is what is kept.
    """

    labels: LabelSettings | None = None
    image: ImageSettings | None = None
    completion: CompletionSettings | None = None
    segmenter: SegmenterSettings | None = None
    joint: JointSettings | None = None
    unsupervised: UnsupervisedSettings | None = None
    supervision: SupervisionSettings | None = None

    def parts(self) -> dict[str, Settings]:
        """The parts that there are."""
        found = {name: getattr(self, name) for name in Parts.model_fields}
        return {name: part for name, part in found.items() if part is not None}

    def part(self, name: str, kind: type[Part]) -> Part:
        """The settings of a part that must be there; ValueError where it is not."""
        found = getattr(self, name)
        if not isinstance(found, kind):
            raise ValueError(f"there are no settings for the part '{name}'")
        return found
