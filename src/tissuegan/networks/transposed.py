"""The generator of DCGAN: a stack of padded transposed convolutions, of one fixed size."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from tissuegan.networks.geometry import Field, Geometry, NoiseSource, refined_region
from tissuegan.networks.layers import BatchNorm, normal_weights
from tissuegan.region import Region


class TransposedGenerator(nn.Module):
    """Noise -> one field of values in (-1, 1), by 4 x 4 transposed convolutions of stride 2.

    With a noise vector (``noise_side`` 1) the first layer is a projection to 4 x 4: vanilla DCGAN.
    With a noise image each layer doubles it: the first implementation of FCGAN (paper Figure 3,
    facts 6.2). Padding, and statistics of the whole field where ``norm`` is "instance", tell every
    pixel how far the border is: fields have one size, and each cell of the lattice of their size
    is an independent draw.

    Args:
        outputs: number of output channels.
        noise_channels: length of the noise vector, or channels of the noise image.
        noise_side: side of the noise image.
        widths: channels after each layer but the last.
        norm: "batch" normalises by running statistics when sampling; "instance" by those of the
            field itself, which is what batch statistics are at batch 1.
    """

    def __init__(
        self,
        outputs: int,
        noise_channels: int,
        noise_side: int,
        widths: Sequence[int],
        norm: str = "batch",
    ) -> None:
        super().__init__()
        self.noise_channels, self.noise_side = noise_channels, noise_side
        layers: list[nn.Module] = []
        before = noise_channels
        for level, width in enumerate(widths):
            stride, padding = (1, 0) if level == 0 and noise_side == 1 else (2, 1)
            conv = nn.ConvTranspose2d(before, width, 4, stride, padding, bias=False)
            layers += [conv, _norm(norm, width), nn.ReLU()]
            before = width
        last = nn.ConvTranspose2d(before, outputs, 4, 2, 1, bias=False)
        self.layers = nn.Sequential(*layers, last, nn.Tanh())
        self.side = (4 if noise_side == 1 else 2 * noise_side) << len(widths)
        self.apply(normal_weights)

    def forward(self, cells: Region, noise: NoiseSource) -> Field:
        """Values (B, C, side, side) in (-1, 1) for the one cell of draws that ``cells`` is."""
        image = noise(0, refined_region(cells, self.noise_side), self.noise_channels)
        return Field(self.layers(image), refined_region(cells, self.side))

    def geometry(self) -> Geometry:
        """Cells of one field each."""
        return Geometry(self.side, 0, fixed=True)


def _norm(kind: str, width: int) -> nn.Module:
    return BatchNorm(width) if kind == "batch" else nn.InstanceNorm2d(width, affine=True)
