from __future__ import annotations

import torch
from torch import Tensor

from tissuegan.models.augmentation import bent, stained
from tissuegan.networks.geometry import NoiseSource
from tissuegan.region import Region

BATCH, SIDE = 8, 64


def noise(seed: int = 0) -> NoiseSource:
    random = torch.Generator().manual_seed(seed)

    def draw(_stream: int, region: Region, channels: int) -> Tensor:
        return torch.randn(BATCH, channels, *region.shape, generator=random)

    return draw


def patches() -> tuple[Tensor, Tensor]:
    """Masks of two discs, and an image that is bright where the first is."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    first = ((y - 20) ** 2 + (x - 30) ** 2 < 100).float()
    second = ((y - 44) ** 2 + (x - 40) ** 2 < 64).float()
    masks = torch.stack([first, second]).expand(BATCH, -1, -1, -1).contiguous()
    return masks[:, :1] * 2 - 1, masks


def test_labels_are_bent_with_their_image() -> None:
    image, masks = patches()
    moved, labels = bent(image, masks, noise(), 1.0)
    assert set(labels.flatten().tolist()) == {0, 1}
    assert not torch.equal(labels, masks)
    assert torch.equal(moved[:, 0] > 0, labels[:, 0] > 0)


def test_every_other_patch_keeps_its_grain() -> None:
    image, masks = patches()
    moved, labels = bent(image, masks, noise(), 1.0)
    same = [bool(torch.equal(a, b)) for a, b in zip(masks, labels, strict=True)]
    gates = noise()(0, Region(0, 0, 1, 1), 3)[:, 0, 0, 0] <= 0
    assert same == gates.tolist()
    assert 0 < sum(same) < BATCH
    torch.testing.assert_close(moved[gates], image[gates], rtol=0, atol=1e-4)


def test_stains_differ_from_patch_to_patch_and_stay_in_range() -> None:
    image, _ = patches()
    shown = stained(image * 0.5, noise(), 1.0)
    means = shown.mean((1, 2, 3))
    assert len(set(means.tolist())) == BATCH
    assert shown.abs().max() <= 1


def test_brighter_stays_brighter_under_a_stain_without_grain() -> None:
    """Contrast and gamma are monotone, so order of grey levels survives."""
    ramp = torch.linspace(-1, 1, SIDE * SIDE).reshape(1, 1, SIDE, SIDE).expand(BATCH, 1, -1, -1)

    def grainless(stream: int, region: Region, channels: int) -> Tensor:
        drawn = torch.randn(BATCH, channels, *region.shape, generator=torch.Generator())
        return torch.zeros_like(drawn) if stream == 3 else drawn

    steps = stained(ramp, grainless, 1.0).flatten(1).diff(dim=1)
    assert steps.min() >= 0


def test_strength_zero_changes_nothing() -> None:
    image, masks = patches()
    moved, labels = bent(image, masks, noise(), 0.0)
    assert torch.equal(moved, image)
    assert torch.equal(labels, masks)
    assert torch.equal(stained(image, noise(), 0.0), image)


def test_the_same_noise_gives_the_same_views() -> None:
    image, masks = patches()
    first, second = (bent(image, masks, noise(3), 1.0) for _ in range(2))
    assert torch.equal(first[0], second[0])
    assert torch.equal(stained(image, noise(3), 1.0), stained(image, noise(3), 1.0))
