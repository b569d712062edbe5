from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.builders import write_tiny_segmenter
from tissuegan.data.section import Micrograph
from tissuegan.errors import UserError
from tissuegan.models import Model, load
from tissuegan.models.products import Products
from tissuegan.region import Region
from tissuegan.sampling import Canvas, Segmented, segment, segment_image

IMAGE = np.random.default_rng(0).integers(0, 256, (70, 101), np.uint8)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load(write_tiny_segmenter(tmp_path_factory.mktemp("model") / "segmenter"))


@pytest.fixture
def source(model: Model, monkeypatch: pytest.MonkeyPatch) -> Segmented:
    """Tiles of 64 pixels, so that a small image has many."""
    monkeypatch.setattr(segment, "TILE", 64)
    return Segmented(model, Micrograph("x", IMAGE, 4.6))


def test_a_window_is_the_crop_of_the_whole_bit_for_bit(source: Segmented) -> None:
    whole = source.probabilities(source.bounds)
    for window in (Region(0, 0, 1, 1), Region(13, 30, 50, 41), Region(69, 100, 1, 1)):
        rows, columns = source.bounds.crop(window)
        again = Segmented(source.model, Micrograph("x", IMAGE, 4.6)).probabilities(window)
        np.testing.assert_array_equal(again, whole[:, rows, columns])


@pytest.mark.parametrize("tile", [96, 128])
def test_the_size_of_the_tiles_does_not_matter(
    source: Segmented, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = source.probabilities(source.bounds)
    assert whole.std() > 0.01
    monkeypatch.setattr(segment, "TILE", tile)
    other = Segmented(source.model, Micrograph("x", IMAGE, 4.6))
    np.testing.assert_allclose(other.probabilities(source.bounds), whole, atol=1e-4)


def test_the_answer_is_that_of_the_network_on_the_reflected_image(source: Segmented) -> None:
    part = source.part
    context = part.context(source.bounds)
    inner = source.bounds
    ends = ((inner.y0 - context.y0, context.y1 - inner.y1), (-context.x0, context.x1 - inner.x1))
    reflected = np.pad(IMAGE, ends, mode="symmetric")
    known = part.probabilities(inner, lambda _region: reflected)
    np.testing.assert_allclose(source.probabilities(inner), known, atol=1e-4)


def test_masks_are_where_a_class_is_more_probable_than_not(source: Segmented) -> None:
    tissue = source[source.bounds]
    np.testing.assert_array_equal(tissue.masks, source.probabilities(source.bounds) > 0.5)
    assert tissue.image is not None
    np.testing.assert_array_equal(tissue.image, IMAGE)
    assert tissue.provenance["weights"] == source.model.digest


def test_an_image_alone_is_segmented_in_one_call(source: Segmented) -> None:
    found = segment_image(source.model, IMAGE)
    np.testing.assert_array_equal(found, source.probabilities(source.bounds))


def test_a_window_beyond_the_image_is_refused(source: Segmented) -> None:
    with pytest.raises(ValueError, match="not inside"):
        source[source.bounds.grow(1)]


def test_another_type_of_image_is_told(model: Model) -> None:
    with pytest.raises(UserError, match="The image x is uint16 but segmenter learnt from uint8"):
        Segmented(model, Micrograph("x", IMAGE.astype(np.uint16), 4.6))


def test_a_model_that_does_not_segment_is_told(model: Model) -> None:
    other = replace(model, products=Products())
    with pytest.raises(UserError, match="segmenter does not segment images"):
        Segmented(other, Micrograph("x", IMAGE, 4.6))


def test_a_segmenter_has_no_canvas(model: Model) -> None:
    with pytest.raises(UserError, match="no labels of its own; use `tissuegan segment`"):
        Canvas(model)
