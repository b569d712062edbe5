"""What the command ``segment`` does: images to a dataset folder with labels."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tissuegan.data import load_images
from tissuegan.data.section import Micrograph
from tissuegan.errors import UserError
from tissuegan.io.call import made_by
from tissuegan.io.files import refuse_input
from tissuegan.io.folder import write_settings
from tissuegan.io.generate import SCALE_TOLERANCE, one_by_one
from tissuegan.io.pairs import Pair
from tissuegan.models.model import Model
from tissuegan.progress import Progress
from tissuegan.sampling.segment import Segmented, check_readable

__all__ = ["segment"]


def segment(model: Model, images: Path, out: Path) -> Iterator[Progress]:
    """Writes every image of a dataset with the labels that a model sees in it, as a dataset folder.

    The images may be of any size, and labels that they have are not looked at. A file appears
    whole or not at all, and the same call run again goes on.

    Raises:
        UserError: the model does not segment, there are no images or they have another pixel size
            or type than the model's, or ``out`` holds something else.
    """
    micrographs = load_images(images)
    check_scale(model, images, micrographs[0].pixel_size_nm)
    refuse_input(images, out)
    for micrograph in micrographs:
        check_readable(model, micrograph)
    write_settings(out, model.classes, micrographs[0].pixel_size_nm)
    for k, micrograph in enumerate(micrographs):
        yield from one_by_one(out, _segmented(model, micrograph), k, len(micrographs))


def check_scale(model: Model, images: Path, pixel_size_nm: float) -> None:
    """UserError where images have another scale than those that the model learnt from."""
    if abs(pixel_size_nm / model.pixel_size_nm - 1) > SCALE_TOLERANCE:
        raise UserError(
            f"{images} has pixels of {pixel_size_nm:g} nm but {model.name} learnt from "
            f"{model.pixel_size_nm:g} nm; resample the images, or correct pixel_size_nm in its "
            "dataset.toml."
        )


def _segmented(model: Model, micrograph: Micrograph) -> Pair:
    image = micrograph.image
    digest = sha256(image.astype(image.dtype.newbyteorder("<")).tobytes()).hexdigest()
    facts = made_by("segment", model)
    source = Segmented(model, micrograph)
    return Pair(micrograph.name, source, source.bounds, {**facts, "image": digest})
