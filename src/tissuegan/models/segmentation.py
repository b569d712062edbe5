"""A trained segmentation network as a function of region and image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tissuegan.data.intensity import Intensity
from tissuegan.networks.segmentation import SegmentationNetwork
from tissuegan.region import Region


class Segmentation:
    """Probabilities of the classes in any region, given the image around it.

    Args:
        network: trained; it is changed for inference and must not be trained further.
        intensity: grey values of the training images.
    """

    def __init__(self, network: SegmentationNetwork, intensity: Intensity) -> None:
        self.geometry = network.geometry()
        self.intensity = intensity
        prepared = network.eval().requires_grad_(False)
        self.network = prepared.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def context(self, region: Region) -> Region:
        """The region whose image decides the labels of ``region``; padding reaches only beyond."""
        return self.geometry.input_region(region)

    @torch.inference_mode()
    def probabilities(
        self, region: Region, image: Callable[[Region], NDArray[Any]]
    ) -> NDArray[np.float32]:
        """Float32 (C, H, W) in [0, 1], one sigmoid a class.

        Args:
            region: where.
            image: answers with grey levels (h, w) of the training images' type.
        """
        context = self.context(region)
        grey = torch.from_numpy(self.intensity.to_unit(image(context)))[None, None]
        logits: Tensor = self.network(grey.contiguous(memory_format=torch.channels_last))
        rows, columns = context.crop(region)
        found: NDArray[np.float32] = torch.sigmoid(logits[0, :, rows, columns]).numpy()
        return found
