"""The segmentation network: MONAI's basic U-Net on cells of several pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from tissuegan.networks.geometry import Geometry
from tissuegan.networks.layers import BatchNorm

LEVELS = 5
"""Resolutions of MONAI's BasicUNet: it halves four times."""


class SegmentationNetwork(nn.Module):
    """Image (B, 1, H, W) -> logits of the classes (B, C, H, W), one sigmoid a class.

    MONAI's BasicUNet (after Falk et al. 2019) works on cells of ``factor`` x ``factor`` pixels:
    their pixels are its input channels, and its output channels their pixels' logits. It pads its
    convolutions, so near the border of the input it guesses: :meth:`geometry` says how far.

    Args:
        classes: number of classes C.
        widths: the six ``features`` of BasicUNet: five levels, finest first, and the last layer.
        factor: side of a cell in pixels.
    """

    def __init__(self, classes: int, widths: Sequence[int], factor: int) -> None:
        super().__init__()
        self.factor = factor
        cell = factor * factor
        self.fold, self.unfold = nn.PixelUnshuffle(factor), nn.PixelShuffle(factor)
        self.unet = _basic_unet(cell, classes * cell, tuple(widths))

    def forward(self, image: Tensor) -> Tensor:
        """Logits; sides must be multiples of the stride."""
        return cast(Tensor, self.unfold(self.unet(self.fold(image))))

    @torch.no_grad()
    def lay(self, lines: Sequence[tuple[float, float]]) -> None:
        """Makes every class's logits scale * logits + offset, by its weights alone.

        Args:
            lines: (scale, offset) of each class.
        """
        scale, offset = torch.tensor(lines).repeat_interleave(self.factor**2, dim=0).unbind(1)
        last = self.unet.get_submodule("final_conv")
        assert isinstance(last, nn.Conv2d)
        assert last.bias is not None
        last.weight.mul_(scale[:, None, None, None])
        last.bias.mul_(scale).add_(offset)

    def geometry(self) -> Geometry:
        """Stride, and the margin in pixels within which padding is felt.

        Every level has two 3 x 3 convolutions on the way down and, but for the coarsest, two on
        the way up; rounded up to whole cells of the coarsest level.
        """
        stride = self.factor << (LEVELS - 1)
        reach = 2 * sum(1 << k for k in range(LEVELS)) + 2 * sum(1 << k for k in range(LEVELS - 1))
        return Geometry(stride, -(-self.factor * reach // stride) * stride)


def _basic_unet(inputs: int, outputs: int, widths: tuple[int, ...]) -> nn.Module:
    """MONAI's network, with normalisation over the batch of all processes."""
    from monai.networks.nets.basic_unet import BasicUNet

    network: nn.Module = BasicUNet(2, inputs, outputs, features=widths, norm="batch")
    _share_statistics(network)
    return network


def _share_statistics(module: Any) -> None:
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, BatchNorm(child.num_features))
        else:
            _share_statistics(child)
