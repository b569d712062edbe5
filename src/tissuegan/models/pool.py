"""Fakes of earlier steps, shown to a discriminator again (facts 6.5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tissuegan.errors import UserError
from tissuegan.models.settings import DiscriminatorSettings
from tissuegan.networks.geometry import Geometry, NoiseSource
from tissuegan.region import Region

ONE = Region(0, 0, 1, 1)


class FakePool(nn.Module):
    """Keeps fakes; once full, each new one is exchanged for an old one with probability 1/2.

    What is kept is part of the training's state, in half precision, and so of its checkpoint. Each
    process has a pool of its own.

    Args:
        size: fakes kept, at least 1.
        shape: (channels, height, width) of a fake.
    """

    kept: Tensor
    count: Tensor

    def __init__(self, size: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.register_buffer("kept", torch.zeros((size, *shape), dtype=torch.float16))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def forward(self, fakes: Tensor, noise: NoiseSource) -> Tensor:
        """What to show of fakes (B, channels, H, W); chance comes from ``noise``."""
        drawn = noise(0, ONE, 2)
        exchanged = (drawn[:, 0, 0, 0] > 0).tolist()
        places = (torch.special.ndtr(drawn[:, 1, 0, 0]) * len(self.kept)).long().tolist()
        shown = [self._one(*each) for each in zip(fakes, exchanged, places, strict=True)]
        return torch.stack(shown)

    def _one(self, fake: Tensor, exchanged: bool, place: int) -> Tensor:
        if (count := int(self.count)) < len(self.kept):
            self.kept[count] = fake
            self.count += 1
            return fake
        if not exchanged:
            return fake
        place = min(place, len(self.kept) - 1)
        old = self.kept[place].to(fake.dtype)
        self.kept[place] = fake
        return old


def fake_pool(
    settings: DiscriminatorSettings, channels: int, geometry: Geometry
) -> FakePool | None:
    """The pool of a discriminator's settings; None for none.

    Raises:
        UserError: the generator makes fields of any size, so that there is no shape to keep.
    """
    if not settings.pool:
        return None
    if not geometry.fixed:
        raise UserError(
            f"A pool of {settings.pool} fakes needs a generator of one fixed size; "
            "set discriminator.pool=0."
        )
    return FakePool(settings.pool, (channels, geometry.stride, geometry.stride))
