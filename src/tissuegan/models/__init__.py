"""What is learnt: networks with their objectives, and trained models by name."""

from tissuegan.models.conditional_label_gan import ConditionalLabelGAN
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.model import Model
from tissuegan.models.registry import describe, load, shipped
from tissuegan.models.segmenter import Segmenter
from tissuegan.models.sgan import SGAN

__all__ = [
    "SGAN",
    "ConditionalLabelGAN",
    "ImageGAN",
    "LabelGAN",
    "Model",
    "Segmenter",
    "describe",
    "load",
    "shipped",
]
