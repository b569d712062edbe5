"""The unsupervised GAN: noise to image (Eq. 1); a segmentation network gives its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from torch import Tensor, nn

from tissuegan.models.noise_gan import NoiseGAN, small_image
from tissuegan.models.phases import Step
from tissuegan.models.pictures import grey
from tissuegan.models.settings import Parts, UnsupervisedSettings
from tissuegan.models.trained import trained_segmenter
from tissuegan.networks.segmentation import SegmentationNetwork


class UnsupervisedGAN(NoiseGAN):
    """A GAN over images alone: p(x, y) = p(x) p(y | x), the second factor learnt elsewhere.

    Args:
        settings: networks and optimisers.
        segmenter: trained before, and not trained here; None leaves the images without labels.
    """

    parts: ClassVar = ("unsupervised",)
    optional: ClassVar = ("segmenter",)
    part: ClassVar = "unsupervised"

    def __init__(
        self, settings: UnsupervisedSettings, segmenter: SegmentationNetwork | None = None
    ) -> None:
        super().__init__(1, 0, settings)
        self.segmenter = None if segmenter is None else segmenter.eval().requires_grad_(False)

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``unsupervised``, and ``segmenter`` where there is one.

        Raises:
            UserError: a segmenter that is not trained before.
        """
        part = settings.part("unsupervised", UnsupervisedSettings)
        return cls(part, trained_segmenter(len(classes), settings))

    def generators(self) -> Mapping[str, nn.Module]:
        """The image generator, and the segmentation network beside it."""
        made = super().generators()
        return made if self.segmenter is None else {**made, "segmenter": self.segmenter}

    def target(self, step: Step) -> Tensor:
        """Real images (B, 1, h, w), at the generator's resolution."""
        return small_image(step, self.settings)

    def sheet(self, step: Step) -> list[Tensor]:
        """Real images above, generated images below."""
        real, fake = self.compared(step)
        return [grey(real), grey(fake)]
