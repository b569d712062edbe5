"""The shipped segmenter as the evaluation's reader of pairs."""

from __future__ import annotations

from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.measures.segmentation import segmentation_by
from tissuegan.evaluation.segmentation import Reader
from tissuegan.models import Model, load
from tissuegan.sampling.segment import segment_image, segmenting

__all__ = ["reader", "segmentation"]

SEGMENTER = "vnc-segmenter"


def reader(model: Model) -> Reader:
    """A model that segments as the evaluation sees it; UserError where it does not segment."""
    part = segmenting(model)
    classes, size = model.classes.names, model.pixel_size_nm
    return Reader(
        classes,
        model.identity,
        size,
        part.intensity.dtype,
        lambda image: segment_image(model, image),
    )


def segmentation() -> Measure:
    """Segmentation accuracy by the shipped segmenter."""
    return segmentation_by(reader(load(SEGMENTER)))
