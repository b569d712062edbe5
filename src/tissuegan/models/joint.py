"""A trained joint or unsupervised generator: labels and image of a region from one field."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from math import lcm
from threading import Lock
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tissuegan.data.intensity import Intensity
from tissuegan.models.generators import NoiseGenerator
from tissuegan.models.segmentation import Segmentation
from tissuegan.models.synthesis import LabelSynthesis, Masks
from tissuegan.region import Region

KEPT = 2
CUT = 0.5


class SharedField:
    """What a generator draws, kept for a moment: labels and image ask for the same regions.

    Args:
        generator: trained; it is changed for sampling and must not be trained further.
        doublings: how often the generator's output is enlarged by two to the data's resolution.
    """

    def __init__(self, generator: NoiseGenerator, doublings: int) -> None:
        self._drawn = LabelSynthesis(generator, doublings)
        self.generator: nn.Module = self._drawn.generator
        self._kept: OrderedDict[tuple[int, Region], Tensor] = OrderedDict()
        self._lock = Lock()

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return self._drawn.stride

    def soft(self, seed: int, region: Region) -> Tensor:
        """Values float32 (channels, H, W) in [-1, 1]."""
        key = (seed, region)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        values = self._drawn.soft(seed, region)
        with self._lock:
            self._kept[key] = values
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return values


class JointLabels:
    """The first channels of a field, cut into labels.

    Args:
        field: where the channels come from.
        classes: number of label channels C.
        thresholds: the soft value of each class above which a pixel belongs to it; left out, 0.
    """

    def __init__(
        self, field: SharedField, classes: int, thresholds: Sequence[float] | None = None
    ) -> None:
        self.field, self.generator = field, field.generator
        self.thresholds = torch.tensor(thresholds or [0.0] * classes)

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return self.field.stride

    def draw(self, seed: int, region: Region) -> Masks:
        """Masks bool (C, H, W) of a region, in pixels of the data's resolution."""
        masks: Masks = (self.soft(seed, region) > self.thresholds[:, None, None]).numpy()
        return masks

    def soft(self, seed: int, region: Region) -> Tensor:
        """Soft labels float32 (C, H, W) in [-1, 1], before the thresholds."""
        return self.field.soft(seed, region)[: len(self.thresholds)]


class JointImage:
    """The last channel of a field, as an image; labels are not looked at.

    Args:
        field: where the channel comes from.
        intensity: grey values of the training images.
    """

    reads_labels = False

    def __init__(self, field: SharedField, intensity: Intensity) -> None:
        self.field, self.generator, self.intensity = field, field.generator, intensity

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return self.field.stride

    def context(self, region: Region) -> Region:
        """The region itself."""
        return region

    def draw(
        self,
        seed: int,
        region: Region,
        labels: Callable[[Region], Masks] | None = None,  # noqa: ARG002 - they are not looked at
    ) -> NDArray[Any]:
        """Image (H, W) in the training data's dtype."""
        return self.intensity.to_pixels(self.field.soft(seed, region)[-1].numpy())


class SegmentedLabels:
    """Labels that a segmentation network sees in the images that a generator makes.

    Args:
        image: makes the images.
        segmentation: sees labels in them.
    """

    def __init__(self, image: JointImage, segmentation: Segmentation) -> None:
        self.image, self.segmentation = image, segmentation
        self.generator = image.generator

    @property
    def stride(self) -> int:
        """Pixels by which the canvas may be shifted and still be made of whole cells."""
        return lcm(self.image.stride, self.segmentation.geometry.stride)

    def draw(self, seed: int, region: Region) -> Masks:
        """Masks bool (C, H, W): where a class is more probable than not."""
        seen = self.segmentation.probabilities(region, lambda place: self.image.draw(seed, place))
        masks: Masks = np.asarray(seen > CUT)
        return masks
