"""Sampling: the endless canvas, and the rendering of given labels."""

from tissuegan.sampling.canvas import Canvas
from tissuegan.sampling.complete import Completion
from tissuegan.sampling.render import Rendering

__all__ = ["Canvas", "Completion", "Rendering"]
