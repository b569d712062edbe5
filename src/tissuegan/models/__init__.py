"""What is learnt: networks with their objectives, and trained models by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tissuegan.models.registry import describe, load, shipped

if TYPE_CHECKING:
    from tissuegan.models.conditional_label_gan import ConditionalLabelGAN
    from tissuegan.models.dsgan import DSGAN
    from tissuegan.models.image_gan import ImageGAN
    from tissuegan.models.joint_gan import JointGAN
    from tissuegan.models.label_gan import LabelGAN
    from tissuegan.models.label_refinement import LabelRefinement
    from tissuegan.models.model import Model
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
    "LabelRefinement",
    "Model",
    "Segmenter",
    "UnsupervisedGAN",
    "describe",
    "load",
    "shipped",
]

# What is trained is imported when it is first asked for: to draw, most of it is not needed.
_LATE = {
    "ConditionalLabelGAN": "conditional_label_gan",
    "DSGAN": "dsgan",
    "ImageGAN": "image_gan",
    "JointGAN": "joint_gan",
    "LabelGAN": "label_gan",
    "LabelRefinement": "label_refinement",
    "Model": "model",
    "SGAN": "sgan",
    "Segmenter": "segmenter",
    "UnsupervisedGAN": "unsupervised_gan",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module 'tissuegan.models' has no attribute '{name}'")
    value: object = getattr(import_module(f"tissuegan.models.{_LATE[name]}"), name)
    globals()[name] = value
    return value
