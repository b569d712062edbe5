"""The segmentation network: image to labels. The judge, and the labels of Eq. 1's tissue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.models.augmentation import bent, stained
from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.pictures import grey, painted
from tissuegan.models.settings import Parts, SegmenterSettings
from tissuegan.networks.segmentation import SegmentationNetwork


class Segmenter(Trainable):
    """F of the paper's section 5 (segmentation accuracy): x -> y, supervised, one sigmoid a class.

    Args:
        classes: number of label channels C.
        settings: network, weights of the terms, augmentation and optimiser.
    """

    parts: ClassVar = ("segmenter",)

    def __init__(self, classes: int, settings: SegmenterSettings) -> None:
        super().__init__()
        self.settings = settings
        self.network = SegmentationNetwork(classes, settings.widths, settings.factor)
        self.stride = self.network.geometry().stride

    @classmethod
    def of(cls, classes: Sequence[str], settings: Parts) -> Self:
        """From the part ``segmenter``."""
        return cls(len(classes), settings.part("segmenter", SegmenterSettings))

    def phases(self) -> tuple[Phase, ...]:
        """One phase: the network against the labels."""
        return (Phase("segmenter", self.network, self.settings.optimiser, self.loss),)

    def generators(self) -> Mapping[str, nn.Module]:
        """The segmentation network."""
        return {"segmenter": self.network}

    def smallest_crops(self) -> Mapping[str, int]:
        """Two cells of the coarsest level, so that its normalisation has something to compare."""
        return {"crop": 2 * self.stride}

    def patch(self, step: Step) -> tuple[Tensor, Tensor]:
        """Image (B, 1, h, w) and masks (B, C, h, w), cut to whole cells of the coarsest level."""
        if step.image is None:
            raise ValueError("a segmenter needs images")
        side = min(step.masks.shape[-2:]) // self.stride * self.stride
        return step.image[..., :side, :side], step.masks[..., :side, :side]

    def loss(self, step: Step) -> Mapping[str, Tensor]:
        """Binary cross-entropy of each pixel and class, and a weighted Dice loss of each class."""
        strength = self.settings.augment
        image, masks = bent(*self.patch(step), step.noise, strength)
        logits = self.network(stained(image, step.noise, strength)).float()
        return {
            "segmenter.bce": F.binary_cross_entropy_with_logits(logits, masks),
            "segmenter.dice": self.settings.dice * dice_loss(logits, masks),
        }

    def sheet(self, step: Step) -> list[Tensor]:
        """Images, their labels, what the network sees in them."""
        image, masks = self.patch(step)
        seen = torch.sigmoid(self.network(image))
        return [grey(image), painted(masks * 2 - 1), painted(seen * 2 - 1)]


def dice_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Scalar: 1 minus the soft Dice coefficient over the batch, averaged over the classes.

    MONAI's DiceLoss; logits and masks (B, C, H, W).
    """
    from monai.losses.dice import DiceLoss

    loss: Tensor = DiceLoss(sigmoid=True, batch=True)(logits, masks)
    return loss
