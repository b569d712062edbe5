"""DSGAN: both stages as one generator, tied together by a reconstructor (Eq. 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.errors import UserError
from tissuegan.models.adversarial import verdicts
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.objective import DISCRIMINATOR_LOSSES, GENERATOR_LOSSES
from tissuegan.models.phases import Phase, Step, Trainable, frozen
from tissuegan.models.pictures import grey, painted
from tissuegan.models.settings import Parts, SegmenterSettings, SupervisionSettings
from tissuegan.models.soft import soft_labels
from tissuegan.models.trained import trained_segmenter
from tissuegan.networks.geometry import Field, crop, upsample
from tissuegan.networks.segmentation import SegmentationNetwork
from tissuegan.region import Region


class DSGAN(Trainable):
    """A :class:`LabelGAN`, an :class:`ImageGAN` and a reconstructor F_y: x -> y, trained as one.

    Both generators and the reconstructor take one optimiser step together, on the sum of all
    terms; ``settings`` choose among Eq. 6, Eq. 5 and the variants of Figure 12.

    Args:
        labels: G_y and D_y.
        image: G_x and D_x.
        reconstructor: F_y; None leaves the reconstruction terms out.
        settings: which pairs are compared, and the weights of the terms.
    """

    parts: ClassVar = ("labels", "image", "supervision")
    optional: ClassVar = ("segmenter",)

    def __init__(
        self,
        labels: LabelGAN,
        image: ImageGAN,
        reconstructor: SegmentationNetwork | None,
        settings: SupervisionSettings,
    ) -> None:
        super().__init__()
        self.labels, self.image, self.reconstructor = labels, image, reconstructor
        self.settings = settings
        if reconstructor is not None and settings.frozen:
            reconstructor.eval().requires_grad_(False)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From ``labels``, ``image``, ``supervision`` and, for the reconstructor, ``segmenter``.

        Raises:
            UserError: a frozen reconstructor that is not trained before, or fields of labels that
                are not those of the image.
        """
        supervision = settings.part("supervision", SupervisionSettings)
        reconstructor = None
        if supervision.frozen:
            reconstructor = trained_segmenter(len(classes), settings)
            if reconstructor is None:
                raise UserError(
                    "supervision.frozen=true keeps a trained reconstructor as it is and none is "
                    "named; add --set segmenter.start=MODEL."
                )
        elif settings.segmenter is not None:
            shape = settings.part("segmenter", SegmenterSettings)
            reconstructor = SegmentationNetwork(len(classes), shape.widths, shape.factor)
        labels, image = LabelGAN.of(classes, settings), ImageGAN.of(classes, settings)
        refuse_unlike(labels, image)
        return cls(labels, image, reconstructor, supervision)

    def phases(self) -> tuple[Phase, ...]:
        """Both discriminators, then everything else in one step."""
        labels, image = self.labels, self.image
        trained: list[nn.Module] = [labels.generator, image.generator]
        if self.reconstructor is not None and not self.settings.frozen:
            trained.append(self.reconstructor)
        of_labels, of_image = (p.settings.discriminator_optimiser for p in (labels, image))
        judges = labels.discriminator, image.discriminator
        together, settings = nn.ModuleList(trained), self.settings
        slower = ((labels.generator, settings.labels_share),)
        return (
            Phase("labels.discriminator", judges[0], of_labels, labels.discriminator_loss),
            Phase("image.discriminator", judges[1], of_image, self.discriminator_loss),
            Phase("generators", together, settings.optimiser, self.generators_loss, slower),
        )

    def generators(self) -> Mapping[str, nn.Module]:
        """Both generators and the reconstructor, which segments."""
        made = {**self.labels.generators(), **self.image.generators()}
        return made if self.reconstructor is None else {**made, "segmenter": self.reconstructor}

    def smallest_crops(self) -> Mapping[str, int]:
        """What both stages need, and synthetic labels that are a cell smaller on each side."""
        labels, image = self.labels.smallest_crops(), self.image.smallest_crops()
        needed = {key: max(labels.get(key, 0), image.get(key, 0)) for key in {**labels, **image}}
        if self.image.geometry.fixed:
            return needed
        side = max(needed.values()) + 4 * self.image.geometry.stride
        return {**needed, "crop": max(needed["crop"], side)}

    def discriminator_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What the discriminator of pairs minimises: the first terms of Eq. 6, or of Eq. 5."""
        if self.settings.pairs == "real":
            return self.image.discriminator_loss(step)
        real, fake = self.compared(step)
        loss = DISCRIMINATOR_LOSSES[self.image.settings.discriminator.loss]
        shown = fake.detach().to(real.dtype)
        shown = shown if self.image.pool is None else self.image.pool(shown, step.noise)
        return {"image.d": loss(*verdicts(self.image.discriminator, real, shown))}

    def generators_loss(self, step: Step) -> Mapping[str, Tensor]:
        """What generators and reconstructor minimise: both games and the reconstruction terms."""
        return {
            **self.labels.generator_loss(step),
            **self._image_loss(step),
            **self.reconstruction(step),
        }

    def _image_loss(self, step: Step) -> Mapping[str, Tensor]:
        if self.settings.pairs == "real":
            return self.image.generator_loss(step)
        loss = GENERATOR_LOSSES[self.image.settings.discriminator.loss]
        with frozen(self.image.discriminator):
            return {"image.g": loss(self.image.discriminator(self.compared(step)[1]))}

    def compared(self, step: Step) -> tuple[Tensor, Tensor]:
        """(y, x) and (G_y(z), G_x(G_y(z))) of equal shape (B, C + 1, h, w): the pairs of Eq. 5.

        Real labels are soft like generated ones, which hard edges would give away.
        """
        real, fake = self._real(step), torch.cat(self.synthetic(step), dim=1)
        rows, columns = (slice(min(real.shape[k], fake.shape[k])) for k in (-2, -1))
        return real[..., rows, columns], fake[..., rows, columns]

    def _real(self, step: Step) -> Tensor:
        masks, image = self.image.patch(step)
        whole, shape = Region(0, 0, *image.shape[-2:]), self.labels.settings
        soft = soft_labels(Field(masks, whole), shape.downsample, shape.smooth)
        labels = self._whole(soft) if self.image.geometry.fixed else self._doubled(soft)
        rows, columns = whole.crop(labels.region)
        return torch.cat([labels.values, image[..., rows, columns]], dim=1)

    def _doubled(self, labels: Field) -> Field:
        """Soft labels at the data's resolution."""
        for _ in range(self.labels.settings.doublings):
            labels = upsample(labels)
        return labels

    def synthetic(self, step: Step) -> tuple[Tensor, Tensor]:
        """G_y(z), enlarged, and G_x(G_y(z)) on the same pixels; drawn once a step."""
        if "synthetic" not in step.drawn:
            labels = self._enlarged(self.labels.pair(step)[1])
            drawn = self.image.generator(labels, step.noise)
            step.drawn["synthetic"] = (crop(labels, drawn.region).values, drawn.values)
        return step.drawn["synthetic"]

    def _enlarged(self, labels: Tensor) -> Field:
        """Soft labels at the data's resolution, in whole cells and no larger than a patch."""
        field = Field(labels, Region(0, 0, labels.shape[-2], labels.shape[-1]))
        if self.image.geometry.fixed:
            return self._whole(field)
        field = self._doubled(field)
        cell = self.image.geometry.stride
        y0, x0 = (-(-start // cell) * cell for start in (field.region.y0, field.region.x0))
        sides = [(field.region.y1 - y0) // cell * cell, (field.region.x1 - x0) // cell * cell]
        most = self.image.settings.crop or max(sides)
        return crop(field, Region(y0, x0, min(sides[0], most), min(sides[1], most)))

    def _whole(self, field: Field) -> Field:
        """Soft labels of one field at the data's resolution: one field of the image."""
        side = self.image.geometry.stride
        values = F.interpolate(field.values, (side, side), mode="bilinear", align_corners=False)
        return Field(values, Region(0, 0, side, side))

    def reconstruction(self, step: Step) -> Mapping[str, Tensor]:
        """The last three terms of Eq. 6, those that have a weight: L is the cross-entropy."""
        if self.reconstructor is None:
            return {}
        weights = self.settings
        terms: dict[str, Tensor] = {}
        if weights.reg and not weights.frozen:
            masks, image = self.image.patch(step)
            terms["reconstruction.real"] = weights.reg * self.distance(masks, image)
        if weights.cyc:
            _, fake = self.image.pair(step)
            labels, image = (fake[:, :-1] + 1) / 2, fake[:, -1:]
            terms["reconstruction.cycle"] = weights.cyc * self.distance(labels, image)
        if weights.cyc_synthetic:
            labels, image = self._cycle(step)
            synthetic = self.distance((labels.detach() + 1) / 2, image)
            terms["reconstruction.synthetic"] = weights.cyc_synthetic * synthetic
        return terms

    def _cycle(self, step: Step) -> tuple[Tensor, Tensor]:
        """Synthetic labels and their image, with or without a way back to the label generator."""
        if self.settings.through_labels:
            return self.synthetic(step)
        labels = self._enlarged(self.labels.pair(step)[1].detach())
        drawn = self.image.generator(labels, step.noise)
        return crop(labels, drawn.region).values, drawn.values

    def distance(self, labels: Tensor, image: Tensor) -> Tensor:
        """L(y, F_y(x)): cross-entropy of labels (B, C, h, w) in [0, 1], on whole cells of F_y."""
        assert self.reconstructor is not None
        cell = self.reconstructor.geometry().stride
        height, width = (side // cell * cell for side in labels.shape[-2:])
        logits = self.reconstructor(image[..., :height, :width]).float()
        wanted = labels[..., :height, :width].float()
        return F.binary_cross_entropy_with_logits(logits, wanted)

    def sheet(self, step: Step) -> list[Tensor]:
        """The rows of both stages, then synthetic labels and their images."""
        rows = self.labels.sheet(step) + self.image.sheet(step)
        labels, image = self.synthetic(Step(step.masks, step.image, step.noise))
        return [*rows, painted(labels), grey(image)]


def refuse_unlike(labels: LabelGAN, image: ImageGAN) -> None:
    """UserError where an image of one fixed size is to be drawn for labels of another."""
    of_labels, of_image = (part.settings.fixed_side for part in (labels, image))
    if of_image is not None and of_image != of_labels:
        size = "any size" if of_labels is None else f"{of_labels} pixels"
        raise UserError(
            f"The image generator draws fields of {of_image} pixels for labels of {size}; "
            "choose generators of the same fixed size, or an image generator without one."
        )
