"""One fixed set of generated labels, and the images that systems draw for them (Table 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tissuegan.data.section import Section
from tissuegan.evaluation.panel import Field, Subject
from tissuegan.io.cache import drawing
from tissuegan.io.source import is_model
from tissuegan.models import Model, load, shipped
from tissuegan.models.registry import BEST
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.sampling.render import Rendering
from tissuegan.tissue import Tissue

FIRST_SEED = 1 << 32
"""Of the fixed labels: a seed that nobody takes by accident."""
SCALE_TOLERANCE = 0.1


def fixed_labels(train: Subject, sources: Sequence[str]) -> tuple[Field, ...]:
    """Labels as many and as large as the training sections, whatever the seed is.

    They are the best shipped model's where it knows the classes and the scale of the real
    sections, else those of the first source that is a model of its own labels; none without one.
    """
    like = train.fields[0].tissue
    for name in (*_best(), *(text for text in sources if is_model(text))):
        model = load(name)
        if model.labels is not None and fits(model, like):
            shapes = [part.tissue.region.shape for part in train.fields]
            return tuple(_labels(model, k, shape) for k, shape in enumerate(shapes))
    return ()


def _best() -> tuple[str, ...]:
    return (BEST,) if BEST in shipped() else ()


def fits(model: Model, like: Tissue) -> bool:
    """Whether a model has the classes of a tissue, at its scale."""
    near = abs(model.pixel_size_nm / like.pixel_size_nm - 1) <= SCALE_TOLERANCE
    return near and set(like.classes.names) <= set(model.classes.names)


def renderer(model: Model) -> Callable[[Field], Field] | None:
    """From labels to the pairs that a model makes of them; None where it draws no given labels."""
    if model.image is None or not model.image.reads_labels:
        return None

    def rendered(part: Field) -> Field:
        digest = drawing("rendered", model.identity, part.digest)
        return Field(part.name, digest, lambda: _pair(model, part))

    return rendered


def _labels(model: Model, number: int, shape: tuple[int, int]) -> Field:
    seed, region = FIRST_SEED + number, Region(0, 0, *shape)
    digest = drawing("labels", model.identity, str(seed), repr(region))
    return Field(f"{model.name} labels {number}", digest, lambda: _drawn(model, seed, region))


def _drawn(model: Model, seed: int, region: Region) -> Tissue:
    masks = Canvas(model, seed).masks(region)
    return Tissue(masks, None, model.classes, model.pixel_size_nm, region)


def _pair(model: Model, part: Field) -> Tissue:
    section = Section(part.name, part.tissue)
    return Rendering(model, section)[section.bounds]
