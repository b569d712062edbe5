from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import pixels, write_tiny_model
from tissuegan.classes import LabelClasses
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.models import Model, load
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Rendering
from tissuegan.sampling.render import class_order, reflected
from tissuegan.tissue import Tissue, TissueSource

FIELD = Region(-30, 11, 150, 130)


@pytest.fixture
def drawn(tiny_model: Model, small_tiles: None) -> Tissue:  # noqa: ARG001
    return Canvas(tiny_model, 4)[FIELD]


def stored(tissue: Tissue) -> Section:
    """Labels without an image, with bounds."""
    return Section("s", replace(tissue, image=None))


def reordered(tissue: Tissue, names: tuple[str, ...]) -> Tissue:
    """The same tissue with its classes in another order."""
    order = [tissue.classes.index(name) for name in names]
    return replace(tissue, masks=tissue.masks[order], classes=tissue.classes.select(names))


@pytest.mark.usefixtures("small_tiles")
def test_a_canvas_rendered_is_the_canvas(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 4)
    for region in (FIELD, Region(2**40, -5, 40, 50)):
        tissue, again = canvas[region], Rendering(tiny_model, canvas, 4)[region]
        assert np.array_equal(pixels(again), pixels(tissue))
        assert np.array_equal(again.masks, tissue.masks)


def test_stored_labels_give_the_canvas_far_from_their_bounds(
    tiny_model: Model, drawn: Tissue
) -> None:
    assert tiny_model.image is not None
    image = pixels(Rendering(tiny_model, stored(drawn), 4)[FIELD])
    reach = -tiny_model.image.context(Region(0, 0, 1, 1)).y0
    inner = FIELD.grow(-reach - tiny_model.image.stride)
    rows, columns = FIELD.crop(inner)
    assert np.array_equal(image[rows, columns], pixels(drawn)[rows, columns])
    assert not np.array_equal(image, pixels(drawn))  # beyond the bounds labels are made up


def test_a_part_of_a_rendering_is_the_part_of_the_whole(tiny_model: Model, drawn: Tissue) -> None:
    rendering = Rendering(tiny_model, stored(drawn), 4)
    part = Region(FIELD.y0, FIELD.x0 + 60, 70, 70)
    whole = Rendering(tiny_model, stored(drawn), 4)[FIELD]
    assert np.array_equal(pixels(rendering[part]), pixels(whole.crop(part)))


def test_classes_may_come_in_another_order(tiny_model: Model, drawn: Tissue) -> None:
    turned = reordered(drawn, ("blob", "wall"))
    rendering = Rendering(tiny_model, stored(turned), 4)
    assert rendering.classes.names == ("blob", "wall")
    again = rendering[FIELD]
    assert np.array_equal(again.masks, turned.masks)
    plain = pixels(Rendering(tiny_model, stored(drawn), 4)[FIELD])
    assert np.array_equal(pixels(again), plain)


def test_further_classes_are_kept_and_not_drawn(tiny_model: Model, drawn: Tissue) -> None:
    masks = np.concatenate([drawn.masks[:1], drawn.masks[:1], drawn.masks[1:]])
    more = replace(drawn, masks=masks, classes=LabelClasses(("wall", "dust", "blob")))
    again = Rendering(tiny_model, stored(more), 4)[FIELD]
    plain = pixels(Rendering(tiny_model, stored(drawn), 4)[FIELD])
    assert again.masks.shape[0] == 3
    assert np.array_equal(pixels(again), plain)


def test_a_missing_class_is_told(tiny_model: Model, drawn: Tissue) -> None:
    with pytest.raises(UserError, match="no class blob.*they have wall"):
        Rendering(tiny_model, stored(reordered(drawn, ("wall",))), 4)


def test_a_model_without_images_cannot_render(tmp_path: Path, drawn: Tissue) -> None:
    with pytest.raises(UserError, match="makes no images"):
        Rendering(load(write_tiny_model(tmp_path, image=None)), stored(drawn))


def test_seeds_give_other_textures_on_the_same_labels(tiny_model: Model, drawn: Tissue) -> None:
    first, second = (Rendering(tiny_model, stored(drawn), seed)[FIELD] for seed in (0, 1))
    assert (pixels(first) != pixels(second)).mean() > 0.2
    assert np.array_equal(first.masks, second.masks)


def test_a_rendering_tells_what_it_is(tiny_model: Model, drawn: Tissue) -> None:
    section = Section("s", replace(drawn, image=None, pixel_size_nm=7.5))
    rendering = Rendering(tiny_model, section, 6)
    tissue = rendering[Region(0, 20, 30, 30)]
    assert isinstance(rendering, TissueSource)
    assert rendering.bounds == FIELD
    assert (rendering.pixel_size_nm, tissue.pixel_size_nm) == (7.5, 7.5)
    assert tissue.provenance == {
        "rendered by": "tiny",
        "weights": tiny_model.digest,
        "seed": "6",
    }


def test_there_is_nothing_to_render_beyond_the_bounds(tiny_model: Model, drawn: Tissue) -> None:
    with pytest.raises(ValueError, match="not inside"):
        Rendering(tiny_model, stored(drawn))[FIELD.grow(1)]


@pytest.mark.usefixtures("small_tiles")
def test_labels_of_a_single_pixel_can_be_rendered(tiny_model: Model) -> None:
    region = Region(0, 0, 1, 1)
    dot = Tissue(np.ones((2, 1, 1), bool), None, tiny_model.classes, 4.6, region)
    assert pixels(Rendering(tiny_model, stored(dot))[region]).shape == (1, 1)


@given(st.integers(-60, 60), st.integers(1, 50), st.integers(-20, 20), st.integers(1, 9))
def test_reflection_walks_to_and_fro(start: int, length: int, first: int, size: int) -> None:
    there_and_back = [*range(first, first + size), *reversed(range(first, first + size))]
    expected = [there_and_back[(k - first) % (2 * size)] for k in range(start, start + length)]
    assert reflected(start, start + length, first, size).tolist() == expected


def test_nothing_inside_the_bounds_is_reflected() -> None:
    assert reflected(2**41, 2**41 + 5, 2**41 - 3, 100).tolist() == list(range(2**41, 2**41 + 5))


def test_the_order_of_classes_is_that_wanted() -> None:
    have = LabelClasses(("a", "b", "c"))
    assert class_order(have, LabelClasses(("c", "a"))) == [2, 0]
