"""Convolutions that are given no more than they read."""

from __future__ import annotations

from torch import Tensor, nn


class TrimmedConv(nn.Conv2d):
    """A convolution without padding, of (B, C, H, W) without what its stride leaves over.

    The last rows and columns that no step of the stride reaches change no output. Where there are
    some, oneDNN's gradient of the weights in bfloat16 on matrix units (torch 2.13.0) reads beyond
    them, and is not a number whenever memory there is none: so they are cut off before.
    """

    def forward(self, values: Tensor) -> Tensor:
        """The same as without cutting off."""
        sides = zip(values.shape[-2:], self.kernel_size, self.stride, strict=True)
        height, width = (side - (side - kernel) % stride for side, kernel, stride in sides)
        return super().forward(values[..., :height, :width])
