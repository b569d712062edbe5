from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import pixels
from tests.editing.drawing import Blocks
from tissuegan.data.section import Section
from tissuegan.editing import AnyEdit, Edited, parse_edit, parse_script, script_json
from tissuegan.errors import UserError
from tissuegan.models import Model
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue, TissueSource

FAR = 2**40


def strokes(y: int, x: int) -> list[AnyEdit]:
    listed = [
        {"edit": "paint", "class": "wall", "points": [[y, x], [y + 12, x + 30]], "radius_nm": 15},
        {"edit": "erase", "points": [[y + 20, x]], "radius_nm": 25},
        {"edit": "move", "class": "blob", "at": [y + 8, x + 8], "by": [5, -9], "max_nm": 100},
        {"edit": "delete", "class": "blob", "at": [y + 30, x + 30], "max_nm": 120},
    ]
    return list(parse_script(json.dumps(listed)))


EVERYWHERE = [
    parse_edit(text)
    for text in (
        "close-gaps:class=wall:max_nm=60",
        "remove-open:class=wall:max_nm=120",
        "drop-small:class=blob:min_nm2=2700:max_nm=180",
        "fill-holes:class=wall:max_nm2=9000:max_nm=180",
        "remove-concave:class=blob:solidity=0.8:max_nm=270",
        "convex:class=blob:max_nm=240",
    )
]

SMALL = parse_edit("drop-small:class=blob:min_nm2=2700:max_nm=120")

starts = st.integers(-100, 100) | st.sampled_from([-FAR - 7, FAR, 2**61])
windows = st.builds(Region, starts, starts, st.integers(1, 70), st.integers(1, 70))
lists = st.lists(st.sampled_from(EVERYWHERE), max_size=2).map(tuple)


def same(first: Tissue, second: Tissue) -> bool:
    return np.array_equal(first.masks, second.masks) and (
        (first.image is None and second.image is None)
        or np.array_equal(pixels(first), pixels(second))
    )


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(windows, st.integers(0, 40), st.integers(0, 40), lists, st.booleans())
@pytest.mark.usefixtures("small_tiles")
def test_edited_labels_of_a_window_are_the_crop_of_a_larger_one(
    window: Region, up: int, left: int, edits: tuple[AnyEdit, ...], by_hand: bool
) -> None:
    edits = (*edits, *(strokes(window.y0, window.x0) if by_hand else ()))
    larger = Region(window.y0 - up, window.x0 - left, window.height + 50, window.width + 50)
    whole = Edited(Blocks(), edits)[Region(*_joined(larger, window))]
    assert same(Edited(Blocks(), edits)[window], whole.crop(window))


def _joined(a: Region, b: Region) -> tuple[int, int, int, int]:
    y0, x0 = min(a.y0, b.y0), min(a.x0, b.x0)
    return y0, x0, max(a.y1, b.y1) - y0, max(a.x1, b.x1) - x0


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("edit", EVERYWHERE, ids=lambda edit: edit.edit)
def test_each_edit_does_something_to_ragged_labels(edit: AnyEdit) -> None:
    region = Region(0, 0, 120, 120)
    assert not np.array_equal(Edited(Blocks(), [edit]).masks(region), Blocks()[region].masks)


FIELD = Region(-20, 40, 130, 120)


@pytest.mark.usefixtures("small_tiles")
def test_only_what_a_stroke_reaches_is_drawn_again(tiny_model: Model) -> None:
    canvas, edits = Canvas(tiny_model, 4), strokes(30, 90)[:1]
    before, after = canvas[FIELD], Edited(canvas, edits)[FIELD]
    changed = (before.masks != after.masks).any(axis=0)
    rows, columns = (np.flatnonzero(changed.any(axis=k)) for k in (1, 0))
    assert tiny_model.image is not None
    stride = tiny_model.image.stride
    reach = -tiny_model.image.context(Region(0, 0, 1, 1)).y0 + 2 * stride
    other = pixels(before) != pixels(after)
    assert other.any()
    other[
        max(0, rows[0] - reach) : rows[-1] + reach, max(0, columns[0] - reach) : columns[-1] + reach
    ] = False
    assert not other.any()


@pytest.mark.usefixtures("small_tiles")
def test_the_image_is_that_of_the_edited_labels(tiny_model: Model) -> None:
    from tissuegan.sampling import Rendering

    canvas, edits = Canvas(tiny_model, 4), [SMALL, *strokes(30, 90)]
    found = Edited(canvas, edits)
    alone = Rendering(tiny_model, Edited(Labels(canvas), edits), 4)[FIELD]
    assert np.array_equal(found[FIELD].masks, alone.masks)
    assert np.array_equal(pixels(found[FIELD]), pixels(alone))


class Labels:
    """Only the labels of a canvas."""

    bounds = None

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.classes = canvas, canvas.classes
        self.pixel_size_nm = canvas.pixel_size_nm

    def __getitem__(self, region: Region, /) -> Tissue:
        return replace(self.canvas[region], image=None)


@pytest.mark.usefixtures("small_tiles")
def test_a_window_of_an_edited_canvas_is_the_crop_of_a_larger_one(tiny_model: Model) -> None:
    edits = [SMALL, *strokes(30, 90)]
    whole = Edited(Canvas(tiny_model, 4), edits)[FIELD]
    for window in (Region(0, 80, 60, 50), Region(35, 100, 1, 1)):
        assert same(Edited(Canvas(tiny_model, 4), edits)[window], whole.crop(window))


@pytest.mark.usefixtures("small_tiles")
def test_undoing_every_edit_gives_the_canvas_back(tiny_model: Model) -> None:
    canvas, edits = Canvas(tiny_model, 4), strokes(30, 90)
    states = [Edited(canvas, edits[:k])[FIELD] for k in range(len(edits) + 1)]
    assert same(states[0], canvas[FIELD])
    for k in range(len(edits)):
        assert same(Edited(Canvas(tiny_model, 4), edits[:k])[FIELD], states[k])
    assert not same(states[0], states[1])


@pytest.mark.usefixtures("small_tiles")
def test_further_edits_on_an_edited_source_are_those_edits_in_one_list(tiny_model: Model) -> None:
    canvas, first, second = Canvas(tiny_model, 4), EVERYWHERE[2:3], strokes(30, 90)
    longer = Edited(canvas, first).extended(second)
    assert longer.edits == (*first, *second)
    assert same(longer[FIELD], Edited(canvas, [*first, *second])[FIELD])


def test_what_is_edited_tells_how() -> None:
    edits = strokes(0, 0)
    tissue = Edited(Blocks(), edits)[Region(0, 0, 9, 9)]
    assert parse_script(tissue.provenance["edits"]) == tuple(edits)
    assert tissue.provenance["model"] == "blocks"


def stored(tiny_model: Model) -> Section:
    return Section("s", Canvas(tiny_model, 4)[FIELD])


@pytest.mark.usefixtures("small_tiles")
def test_a_stored_section_keeps_its_image_where_no_change_is_seen(tiny_model: Model) -> None:
    section = stored(tiny_model)
    found = Edited(section, strokes(30, 90)[:1], tiny_model, 4)
    assert isinstance(found, TissueSource)
    assert found.bounds == FIELD
    other = pixels(found[FIELD]) != pixels(section.tissue)
    assert 0 < other.mean() < 0.7
    with pytest.raises(ValueError, match="not inside"):
        found[FIELD.grow(1)]


def test_without_a_model_there_are_only_labels(tiny_model: Model) -> None:
    assert Edited(stored(tiny_model), strokes(30, 90)[:1])[FIELD].image is None


@pytest.mark.usefixtures("small_tiles")
def test_labels_that_go_on_beyond_the_bounds_do_not_end_there() -> None:
    masks = np.zeros((2, 60, 60), bool)
    masks[0, 28:33] = True
    tissue = Tissue(masks, None, Blocks().classes, 4.0, Region(7, 9, 60, 60))
    found = Edited(Section("s", tissue), [EVERYWHERE[1]])
    assert np.array_equal(found[tissue.region].masks, masks)


def test_edits_that_look_too_far_are_told() -> None:
    far = [parse_edit("convex:class=blob:max_nm=5000")] * 8
    with pytest.raises(UserError, match="too far"):
        Edited(Blocks(), far)


def test_an_unknown_class_is_told() -> None:
    with pytest.raises(UserError, match="nucleus"):
        Edited(Blocks(), [parse_edit("convex:class=nucleus")])


def test_equal_scripts_are_equal_text() -> None:
    assert script_json(strokes(1, 2)) == script_json(strokes(1, 2))
