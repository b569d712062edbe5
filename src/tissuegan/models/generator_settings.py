"""The networks that generate, as frozen values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)


def _with_borders(regions: int) -> int:
    """ValueError for a single region."""
    if regions == 1:
        raise ValueError("a single region has no borders; take 2 or more, or 0")
    return regions


Count = Annotated[int, Field(ge=1)]
Regions = Annotated[int, Field(ge=0, le=32), AfterValidator(_with_borders)]
Counts = Annotated[tuple[Count, ...], Field(min_length=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class Settings(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GeneratorSettings(Settings):
    """What all networks that generate have in common."""

    @property
    def field(self) -> int | None:
        """Side of a field, in its pixels, where the network knows one size only; else None."""
        return None


def same_length(**fields: tuple[Any, ...]) -> None:
    """ValueError where fields that go together differ in length."""
    if len({len(values) for values in fields.values()}) > 1:
        lengths = ", ".join(f"{name} {len(values)}" for name, values in fields.items())
        raise ValueError(f"fields that go together have different lengths ({lengths})")


class FCSettings(GeneratorSettings):
    """Fields of :class:`tissuegan.networks.fcgan.FCGenerator`.

    ``regions`` draws the first class as the borders between so many kinds of regions, whose lines
    have no ends; with 0 it is drawn as the other classes are.
    """

    kind: Literal["fc"] = "fc"
    regions: Regions = 0
    noise_channels: Count = 16
    widths: Counts = (256, 256, 128, 64, 32, 16)
    convs: Counts = (2, 2, 2, 2, 1, 1)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        same_length(widths=self.widths, convs=self.convs)
        return self


class VectorSettings(FCSettings):
    """Fields of :class:`tissuegan.networks.vector.VectorGenerator`; fixed-size.

    ``vector`` is the length of the noise, ``noise_channels`` are those of the map that is made of
    it, ``side`` that of a field in pixels of the generator.
    """

    kind: Literal["vector"] = "vector"  # type: ignore[assignment]
    regions: Literal[0] = 0
    vector: Count = 256
    side: Count = 256

    @property
    def field(self) -> int:
        """Side of a field, in pixels of the generator."""
        return self.side


class TransposedSettings(GeneratorSettings):
    """Fields of :class:`tissuegan.networks.transposed.TransposedGenerator`; fixed-size."""

    kind: Literal["transposed"] = "transposed"
    noise_channels: Count = 100
    noise_side: Count = 1
    widths: Counts = (512, 256, 128, 64, 32)
    norm: Literal["batch", "instance"] = "batch"

    @property
    def field(self) -> int:
        """Side of a field, in pixels of the generator."""
        return (4 if self.noise_side == 1 else 2 * self.noise_side) << len(self.widths)


class CRNSettings(GeneratorSettings):
    """Fields of :class:`tissuegan.networks.crn.CRNGenerator`."""

    kind: Literal["crn"] = "crn"
    noise_channels: Count = 8
    widths: Counts = (96, 96, 64, 32, 16)
    convs: Counts = (2, 2, 2, 1, 1)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        same_length(widths=self.widths, convs=self.convs)
        return self


class UNetSettings(GeneratorSettings):
    """Fields of :class:`tissuegan.networks.unet.UNetGenerator`."""

    kind: Literal["unet"] = "unet"
    widths: Counts = (16, 32, 64, 96, 96)


class PaddedCRNSettings(GeneratorSettings):
    """Fields of :class:`tissuegan.networks.padded.PaddedCRN`; fixed-size."""

    kind: Literal["padded-crn"] = "padded-crn"
    side: Count = 512
    noise_channels: Count = 8
    width: Count = 64
    levels: Count = 6
    convs: Count = 2

    @property
    def field(self) -> int:
        """Side of a field, in pixels of the generator."""
        return self.side

    @model_validator(mode="after")
    def _checked(self) -> Self:
        whole_cells(self.side, self.levels)
        return self


class PaddedUNetSettings(GeneratorSettings):
    """Fields of :class:`tissuegan.networks.padded.PaddedUNet`; fixed-size."""

    kind: Literal["padded-unet"] = "padded-unet"
    side: Count = 512
    widths: Counts = (64, 128, 256, 512, 512, 512, 512, 512)
    dropout: Fraction = 0.5
    grain: Weight = 0.1

    @property
    def field(self) -> int:
        """Side of a field, in pixels of the generator."""
        return self.side

    @model_validator(mode="after")
    def _checked(self) -> Self:
        whole_cells(self.side, len(self.widths))
        return self


def whole_cells(side: int, levels: int) -> None:
    """ValueError where a field does not consist of whole cells of the coarsest level."""
    if side % 2**levels:
        raise ValueError(f"side={side} is no multiple of {2**levels}, which {levels} levels need")


def _kind_or(default: str) -> Callable[[object], object]:
    """Which network a table or a value describes; a table need not say the default kind."""

    def kind(generator: object) -> object:
        if isinstance(generator, dict):
            return generator.get("kind", default)
        return getattr(generator, "kind", None)

    return kind


NoiseGeneratorSettings = Annotated[
    Annotated[FCSettings, Tag("fc")]
    | Annotated[VectorSettings, Tag("vector")]
    | Annotated[TransposedSettings, Tag("transposed")],
    Discriminator(
        _kind_or("fc"),
        custom_error_type="kind",
        custom_error_message="the kind of a generator from noise is 'fc', 'vector' or 'transposed'",
    ),
]

ImageGeneratorSettings = Annotated[
    Annotated[CRNSettings, Tag("crn")]
    | Annotated[UNetSettings, Tag("unet")]
    | Annotated[PaddedCRNSettings, Tag("padded-crn")]
    | Annotated[PaddedUNetSettings, Tag("padded-unet")],
    Discriminator(
        _kind_or("crn"),
        custom_error_type="kind",
        custom_error_message="the kind of an image generator is 'crn', 'unet', 'padded-crn' or "
        "'padded-unet'",
    ),
]
