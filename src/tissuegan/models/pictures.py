"""Pictures of tensors for the sheets of samples."""

from __future__ import annotations

import torch
from torch import Tensor

from tissuegan.classes import LabelClasses


def painted(labels: Tensor) -> Tensor:
    """Soft labels (B, C, H, W) in [-1, 1] as colours (B, 3, H, W) in [0, 1]."""
    names = tuple(f"class {k}" for k in range(labels.shape[1]))
    colours = torch.tensor(LabelClasses(names).colours, dtype=torch.float32) / 255
    amount = (labels.detach().float().cpu() + 1) / 2
    return torch.einsum("bchw,cr->brhw", amount, colours).clamp(0, 1)


def grey(image: Tensor) -> Tensor:
    """Images (B, 1, H, W) in [-1, 1] as grey pictures (B, 3, H, W) in [0, 1]."""
    return ((image.detach().float().cpu() + 1) / 2).clamp(0, 1).expand(-1, 3, -1, -1)
