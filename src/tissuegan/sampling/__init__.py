"""Sampling: the endless canvas, the rendering of given labels, the segmentation of given images."""

from tissuegan.sampling.canvas import Canvas
from tissuegan.sampling.complete import Completion
from tissuegan.sampling.render import Rendering
from tissuegan.sampling.segment import Segmented, segment_image

__all__ = ["Canvas", "Completion", "Rendering", "Segmented", "segment_image"]
