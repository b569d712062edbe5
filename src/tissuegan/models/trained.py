"""A segmentation network that another model takes over as it is."""

from __future__ import annotations

from tissuegan.errors import UserError
from tissuegan.models.settings import Parts, SegmenterSettings
from tissuegan.networks.segmentation import SegmentationNetwork


def trained_segmenter(classes: int, settings: Parts) -> SegmentationNetwork | None:
    """The network of the part ``segmenter``, to be filled from its ``start``; None without one.

    Raises:
        UserError: there are settings for it but nothing to begin from.
    """
    if settings.segmenter is None:
        return None
    shape = settings.part("segmenter", SegmenterSettings)
    if shape.start is None:
        raise UserError(
            "This recipe takes over a trained segmenter and does not say which; "
            "name one with --set segmenter.start=MODEL."
        )
    return SegmentationNetwork(classes, shape.widths, shape.factor)
