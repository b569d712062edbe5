"""Every model that can be trained, by the name that recipes and cards give it."""

from __future__ import annotations

from collections.abc import Mapping

from tissuegan.models.conditional_label_gan import ConditionalLabelGAN
from tissuegan.models.dsgan import DSGAN
from tissuegan.models.image_gan import ImageGAN
from tissuegan.models.joint_gan import JointGAN
from tissuegan.models.label_gan import LabelGAN
from tissuegan.models.label_refinement import LabelRefinement
from tissuegan.models.phases import Trainable
from tissuegan.models.segmenter import Segmenter
from tissuegan.models.sgan import SGAN
from tissuegan.models.unsupervised_gan import UnsupervisedGAN

KINDS: Mapping[str, type[Trainable]] = {
    "labels": LabelGAN,
    "labels-refine": LabelRefinement,
    "image": ImageGAN,
    "sgan": SGAN,
    "completion": ConditionalLabelGAN,
    "joint": JointGAN,
    "unsupervised": UnsupervisedGAN,
    "dsgan": DSGAN,
    "segmenter": Segmenter,
}
"""A new model is a file of its own, a line here and a recipe."""
