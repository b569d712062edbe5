"""Other views of the same patches: bent, scaled and stained differently, from a step's noise."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tissuegan.networks.geometry import NoiseSource
from tissuegan.region import Region

ONE = Region(0, 0, 1, 1)
ROTATION, SCALE, BEND, KNOTS = 0.25, 0.1, 0.03, 5
GAMMA, CONTRAST, BRIGHTNESS, GRAIN = 0.2, 0.15, 0.1, 0.06


def bent(
    image: Tensor, masks: Tensor, noise: NoiseSource, strength: float
) -> tuple[Tensor, Tensor]:
    """Patches rotated, scaled and smoothly displaced, and their labels with them; every other one.

    The others stay as they are, because interpolation takes the grain from an image.

    Args:
        image: (B, 1, H, H).
        masks: (B, C, H, H) of 0 and 1.
        noise: of the step.
        strength: of 1 turns by 0.25 rad, scales by 10 % and displaces by 1.5 % of the side (all
            standard deviations); 0 changes nothing.
    """
    if strength == 0:
        return image, masks
    drawn = noise(0, ONE, 3)
    amount = strength * (drawn[:, :1] > 0)
    turn, size = (amount * drawn[:, 1:])[:, :, 0, 0].unbind(1)
    cos, sin = (torch.exp(SCALE * size) * f(ROTATION * turn) for f in (torch.cos, torch.sin))
    zero = torch.zeros_like(cos)
    affine = torch.stack([cos, -sin, zero, sin, cos, zero], 1).reshape(-1, 2, 3)
    grid = F.affine_grid(affine, list(image.shape), align_corners=False)
    knots = BEND * amount * noise(1, Region(0, 0, KNOTS, KNOTS), 2)
    shift = F.interpolate(knots, image.shape[-2:], mode="bicubic", align_corners=False)
    both = torch.cat([image, masks], 1).contiguous()
    moved = F.grid_sample(
        both, grid + shift.permute(0, 2, 3, 1), padding_mode="reflection", align_corners=False
    )
    return moved[:, :1], (moved[:, 1:] > 0.5).to(masks.dtype)


def stained(image: Tensor, noise: NoiseSource, strength: float) -> Tensor:
    """Images (B, 1, H, W) in [-1, 1] with another gamma, contrast, brightness and grain.

    The standard deviations at strength 1 are 20 %, 15 %, 0.1 and 0.06 on the scale of -1 to 1;
    the grain's own strength varies from patch to patch.
    """
    if strength == 0:
        return image
    gamma, contrast, brightness, grain = (strength * noise(2, ONE, 4)).unbind(1)
    exponent = torch.exp(GAMMA * gamma)[:, None]
    curved = torch.pow(((image + 1) / 2).clamp(0, 1), exponent) * 2 - 1
    fresh = noise(3, Region(0, 0, image.shape[-2], image.shape[-1]), 1)
    shown = curved * torch.exp(CONTRAST * contrast)[:, None] + BRIGHTNESS * brightness[:, None]
    return (shown + GRAIN * grain[:, None] * fresh).clamp(-1, 1)
