"""The layers that the local generators share."""

from __future__ import annotations

from typing import Any, cast

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from tissuegan.networks.geometry import Field, NoiseSource, upsample, upsampled_region
from tissuegan.networks.polyphase import enlarged_conv2d
from tissuegan.region import Region

SLOPE = 0.2


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation by the statistics of the global batch, however many processes share it.

    With one process it is PyTorch's own. One and two processes at the same global batch agree.
    """

    def forward(self, values: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H, W)."""
        shared = self.training and dist.is_available() and dist.is_initialized()
        return self._shared(values) if shared else super().forward(values)

    def _shared(self, values: Tensor) -> Tensor:
        world, values = dist.get_world_size(), values.float()
        moments = torch.stack([values.mean((0, 2, 3)), values.square().mean((0, 2, 3))])
        mean, square = (_total(moments) / world).unbind()
        variance = square - mean.square()
        self._remember(mean.detach(), variance.detach(), values.numel() // mean.numel() * world)
        values = (values - mean[:, None, None]) * torch.rsqrt(variance + self.eps)[:, None, None]
        return self._scaled(values) if self.affine else values

    def _scaled(self, values: Tensor) -> Tensor:
        return values * self.weight[:, None, None] + self.bias[:, None, None]

    def _remember(self, mean: Tensor, variance: Tensor, count: int) -> None:
        assert self.momentum is not None
        self.get_buffer("num_batches_tracked").add_(1)
        self.get_buffer("running_mean").lerp_(mean, self.momentum)
        self.get_buffer("running_var").lerp_(variance * count / (count - 1), self.momentum)


def features_of(values: Tensor, *stacks: nn.ModuleList) -> list[Tensor]:
    """What each layer of a discriminator says of (B, C, H, W).

    Args:
        values: the input.
        stacks: what follows each other in a layer, layer by layer: convolutions, norms.
    """
    features = []
    for parts in zip(*stacks, strict=True):
        for part in parts:
            values = part(values)
        values = F.leaky_relu(values, SLOPE)
        features.append(values)
    return features


def _total(values: Tensor) -> Tensor:
    """The sum over all processes; gradients flow back to each of them."""
    return cast(Tensor, _Total.apply(values))  # type: ignore[no-untyped-call]


class _Total(torch.autograd.Function):
    """Every process needs the whole sum, so every process's gradient goes to all."""

    @staticmethod
    def forward(_context: Any, values: Tensor) -> Tensor:
        total = values.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_context: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        dist.all_reduce(total)
        return total


class NoisyConv(nn.Module):
    """Valid 3 x 3 convolution, learnt noise, batch normalisation, leaky ReLU.

    One channel of fresh N(0, 1) noise is added to every output channel with a strength of its own,
    learnt from zero: detail at this scale need not be pressed out of coarser noise, which is what
    draws a lattice of repeated motifs. In ``eval`` mode nothing depends on the window.
    """

    def __init__(self, inputs: int, outputs: int, stream: int) -> None:
        super().__init__()
        self.stream = stream
        self.conv = nn.Conv2d(inputs, outputs, 3, bias=False)
        self.strength = nn.Parameter(torch.zeros(1, outputs, 1, 1))
        self.norm = BatchNorm(outputs)
        nn.init.kaiming_normal_(self.conv.weight, a=SLOPE)

    def forward(self, field: Field, noise: NoiseSource) -> Field:
        """(B, inputs, H, W) -> (B, outputs, H - 2, W - 2)."""
        return self._normalised(self.conv(field.values), field.region.grow(-1), noise)

    def enlarging(self, field: Field, noise: NoiseSource) -> Field:
        """(B, inputs, H, W) -> (B, outputs, 2 H - 4, 2 W - 4): what a field upsampled gives."""
        values = enlarged_conv2d(field.values, self.conv.weight)
        return self._normalised(values, upsampled_region(field.region).grow(-1), noise)

    def _normalised(self, values: Tensor, region: Region, noise: NoiseSource) -> Field:
        grain = noise(self.stream, region, 1)
        values = self.norm(values + self.strength.to(values.dtype) * grain.to(values.dtype))
        return Field(F.leaky_relu(values, SLOPE), region)


class FoldedConv(nn.Module):
    """A :class:`NoisyConv` for sampling: the normalisation folded into weight and strength."""

    def __init__(self, source: NoisyConv) -> None:
        super().__init__()
        self.stream = source.stream
        norm = source.norm
        scale = norm.weight / torch.sqrt(norm.get_buffer("running_var") + norm.eps)
        shift = norm.bias - norm.get_buffer("running_mean") * scale
        self.conv = nn.Conv2d(source.conv.in_channels, source.conv.out_channels, 3)
        self.conv.weight.data = (source.conv.weight * scale[:, None, None, None]).detach()
        self.conv.bias = nn.Parameter(shift.detach())
        self.strength = nn.Parameter((source.strength * scale[None, :, None, None]).detach())

    def forward(self, field: Field, noise: NoiseSource) -> Field:
        """(B, inputs, H, W) -> (B, outputs, H - 2, W - 2)."""
        region = field.region.grow(-1)
        values = self.conv(field.values)
        values.addcmul_(self.strength, noise(self.stream, region, 1))
        return Field(F.leaky_relu_(values, SLOPE), region)

    def enlarging(self, field: Field, noise: NoiseSource) -> Field:
        """(B, inputs, H, W) -> (B, outputs, 2 H - 4, 2 W - 4): what a field upsampled gives."""
        return cast(Field, self(upsample(field), noise))


def fold(module: nn.Module) -> nn.Module:
    """Replaces every :class:`NoisyConv` below ``module`` by its folded form, in place."""
    for name, child in module.named_children():
        if isinstance(child, NoisyConv):
            setattr(module, name, FoldedConv(child))
        else:
            fold(child)
    return module


def normal_weights(layer: nn.Module) -> None:
    """DCGAN's beginning, for ``apply``: convolutions N(0, 0.02), normalisations N(1, 0.02).

    Biases begin at zero. Facts 6.2 and Radford, Metz & Chintala (2016).
    """
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    elif isinstance(layer, nn.BatchNorm2d | nn.InstanceNorm2d) and layer.affine:
        nn.init.normal_(layer.weight, 1.0, 0.02)


def binomial_blur(values: Tensor) -> Tensor:
    """3 x 3 binomial filter of each channel, valid: (B, C, H, W) -> (B, C, H - 2, W - 2)."""
    channels = values.shape[1]
    line = torch.tensor([0.25, 0.5, 0.25], dtype=values.dtype, device=values.device)
    kernel = torch.outer(line, line).expand(channels, 1, 3, 3)
    return F.conv2d(values, kernel, groups=channels)
