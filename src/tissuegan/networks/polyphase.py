"""Bilinear enlargement and the convolution after it, computed as one on the small picture.

Both are linear, so that what they do together to the four pixels (phases) that grow from one is a
3 x 3 convolution of the small picture each. The large one, of many channels, need not be made, nor
its gradient.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# Pixel 2 i of the large row is (x[i - 1] + 3 x[i]) / 4, pixel 2 i + 1 is (3 x[i] + x[i + 1]) / 4.
# For each phase: what each tap of the small picture (rows) gets of each tap of the large one.
_PHASES = (
    ((0.75, 0.25, 0.0), (0.25, 0.75, 0.75), (0.0, 0.0, 0.25)),
    ((0.25, 0.0, 0.0), (0.75, 0.75, 0.25), (0.0, 0.25, 0.75)),
)


def enlarged_conv2d(values: Tensor, weight: Tensor) -> Tensor:
    """What a valid 3 x 3 convolution gives of a picture enlarged twofold, without its rim.

    Args:
        values: (B, C, H, W).
        weight: (D, C, 3, 3), for the large picture.

    Returns:
        (B, D, 2 H - 4, 2 W - 4).
    """
    return F.pixel_shuffle(F.conv2d(values, _phase_weights(weight)), 2)


def _phase_weights(weight: Tensor) -> Tensor:
    """(D, C, 3, 3) -> (4 D, C, 3, 3): four phases for each output, as pixel_shuffle wants them."""
    outputs, inputs = weight.shape[:2]
    taps = weight.reshape(outputs * inputs, 9) @ _taps(weight)
    phases = taps.view(outputs, inputs, 4, 9).transpose(1, 2)
    return phases.reshape(4 * outputs, inputs, 3, 3)


def _taps(like: Tensor) -> Tensor:
    """(9, 36): from taps of the large picture to phases and taps of the small one."""
    phases = like.new_tensor(_PHASES)
    return torch.einsum("pai,qbj->ijpqab", phases, phases).reshape(9, 36)
