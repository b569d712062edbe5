"""What is learnt: networks with their objectives, and trained models by name."""

from tissuegan.models.conditional_label_gan import ConditionalLabelGAN
from tissuegan.models.dsgan import DSGAN
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.joint_gan import JointGAN
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.model import Model
from tissuegan.models.registry import describe, load, shipped
from tissuegan.models.segmenter import Segmenter
from tissuegan.models.sgan import SGAN
from tissuegan.models.unsupervised_gan import UnsupervisedGAN

__all__ = [
    "DSGAN",
    "SGAN",
    "ConditionalLabelGAN",
    "ImageGAN",
    "JointGAN",
    "LabelGAN",
    "Model",
    "Segmenter",
    "UnsupervisedGAN",
    "describe",
    "load",
    "shipped",
]
