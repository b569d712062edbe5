from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import thin

from tests.editing.drawing import COLUMNS, PLANE, ROWS, SIDE, bar, both, ring
from tissuegan.editing import AnyEdit, parse_edit, parse_script
from tissuegan.editing.edit import Edit
from tissuegan.editing.skeleton import centre_lines, line_ends, without_branches
from tissuegan.models.synthesis import Masks
from tissuegan.region import Region

WHOLE = Region(0, 0, SIDE, SIDE)


def edited(masks: Masks, edit: Edit) -> Masks:
    """On a plane that is empty around."""
    needed = edit.needs(WHOLE, PLANE)
    rows, columns = needed.crop(WHOLE)
    given = np.zeros((2, *needed.shape), bool)
    given[:, rows, columns] = masks
    before = given.copy()
    found = edit.apply(given, needed, PLANE)[:, rows, columns]
    assert np.array_equal(given, before)
    return found


def scripted(**fields: object) -> AnyEdit:
    import json

    return parse_script(json.dumps([fields]))[0]


def cells(masks: Masks) -> int:
    return int(ndimage.label(~masks[0])[1])


def test_thinning_is_that_of_guo_and_hall() -> None:
    mask = ring() | bar(10, 10, 9, 60) | bar(90, 70, 20, 12)
    for rounds in (1, 3, 50):
        assert np.array_equal(centre_lines(mask, rounds), thin(mask, max_num_iter=rounds))


def test_a_line_has_two_ends_and_a_ring_none() -> None:
    assert line_ends(centre_lines(bar(10, 10, 5, 60), 9)).sum() == 2
    assert line_ends(centre_lines(ring(), 9)).sum() == 0


def test_branches_go_and_longer_lines_stay_as_they_are() -> None:
    lines = bar(60, 10, 1, 100) | bar(52, 50, 8, 1)
    assert np.array_equal(without_branches(lines, 10), bar(60, 10, 1, 100))


def test_open_pieces_go_and_closed_outlines_stay() -> None:
    spur, piece = bar(58, 60, 5, 40), bar(5, 5, 5, 40)
    found = edited(both(ring() | spur | piece), parse_edit("remove-open:class=wall:max_nm=60"))
    assert not found[0][piece].any()
    assert (found[0] ^ ring())[:, :96].sum() == 0
    assert np.array_equal(found[0] & ring(), ring())


def test_specks_beside_a_thick_outline_go() -> None:
    frame, speck = bar(20, 20, 80, 80) & ~bar(38, 38, 44, 44), bar(14, 50, 3, 6)
    found = edited(both(frame | speck), parse_edit("remove-open:class=wall:max_nm=60"))
    assert np.array_equal(found[0], frame)


def test_open_pieces_longer_than_said_are_left_alone() -> None:
    masks = both(ring() | bar(5, 5, 5, 100))
    assert np.array_equal(edited(masks, parse_edit("remove-open:class=wall:max_nm=30")), masks)


@pytest.mark.parametrize(("gap", "count"), [(8, 2), (20, 1)])
def test_gaps_up_to_a_width_are_closed(gap: int, count: int) -> None:
    masks = both(ring(gap=gap))
    assert cells(masks) == 1
    found = edited(masks, parse_edit("close-gaps:class=wall:max_nm=10"))
    assert cells(found) == count
    assert np.array_equal(found & masks, masks)


def test_walls_side_by_side_are_not_joined() -> None:
    masks = both(ring(50, 2) | ring(40, 2))
    assert np.array_equal(edited(masks, parse_edit("close-gaps:class=wall:max_nm=10")), masks)


CRESCENT = (np.hypot(ROWS - 40, COLUMNS - 40) < 20) & (np.hypot(ROWS - 40, COLUMNS - 52) > 16)
DISC = np.hypot(ROWS - 90, COLUMNS - 90) < 12
DOT = bar(100, 10, 4, 4)
BODIES = both(bar(0, 0, 1, 1), CRESCENT | DISC | DOT)


def test_small_bodies_go() -> None:
    found = edited(BODIES, parse_edit("drop-small:class=blob:min_nm2=17"))
    assert np.array_equal(found[1], CRESCENT | DISC)
    found = edited(BODIES, parse_edit("drop-small:class=blob:min_nm2=16"))
    assert np.array_equal(found[1], BODIES[1])


def test_small_holes_are_filled_and_those_with_something_in_them_are_not() -> None:
    block = bar(20, 20, 60, 60)
    speck, wide, inhabited = bar(30, 30, 4, 4), bar(30, 50, 5, 5), bar(60, 30, 4, 4)
    masks = both(block & ~speck & ~wide & ~inhabited, bar(61, 31, 2, 2))
    found = edited(masks, parse_edit("fill-holes:class=wall:max_nm2=17"))
    assert np.array_equal(found[0], block & ~wide & ~inhabited)
    assert np.array_equal(found[1], masks[1])


def test_concave_bodies_go() -> None:
    found = edited(BODIES, parse_edit("remove-concave:class=blob:solidity=0.9"))
    assert np.array_equal(found[1], DISC | DOT)


def test_concave_bodies_are_filled_out_where_no_other_class_is() -> None:
    masks = both(bar(40, 40, 1, 15), CRESCENT | DISC)
    found = edited(masks, parse_edit("convex:class=blob"))
    assert np.array_equal(found[1] & DISC, DISC)
    assert found[1].sum() > 1.3 * masks[1].sum()
    assert not (found[1] & masks[0] & ~masks[1]).any()
    assert np.array_equal(found[0], masks[0])


@pytest.mark.parametrize("name", ["convex", "remove-concave", "drop-small:min_nm2=1e6"])
def test_bodies_larger_than_said_are_left_alone(name: str) -> None:
    masks = both(bar(0, 0, 1, 1), CRESCENT)
    found = edited(masks, parse_edit(f"{name}:class=blob:max_nm=30"))
    assert np.array_equal(found, masks)


def test_paint_gives_pixels_to_one_class_and_takes_them_from_the_others() -> None:
    stroke = scripted(edit="paint", **{"class": "wall"}, points=[[20, 40], [60, 40]], radius_nm=3)
    found = edited(BODIES, stroke)
    brush = found[0] & ~BODIES[0]
    assert brush.sum() == pytest.approx(7 * 40 + 29, abs=3)
    assert np.array_equal(found[1], BODIES[1] & ~brush)


def test_erase_takes_pixels_from_one_class_or_from_all() -> None:
    masks = both(DISC, DISC)
    one = scripted(edit="erase", **{"class": "blob"}, points=[[90, 90]], radius_nm=30)
    every = scripted(edit="erase", points=[[90, 90]], radius_nm=30)
    assert edited(masks, one).sum(axis=(1, 2)).tolist() == [DISC.sum(), 0]
    assert not edited(masks, every).any()


def test_an_instance_is_deleted_and_no_other() -> None:
    found = edited(BODIES, scripted(edit="delete", **{"class": "blob"}, at=[90, 90]))
    assert np.array_equal(found[1], CRESCENT | DOT)
    nothing = edited(BODIES, scripted(edit="delete", **{"class": "blob"}, at=[0, 0]))
    assert np.array_equal(nothing, BODIES)


def test_an_instance_is_moved_and_others_give_way() -> None:
    masks = both(bar(65, 60, 2, 60), CRESCENT | DISC)
    found = edited(masks, scripted(edit="move", **{"class": "blob"}, at=[90, 90], by=[-20, 5]))
    moved = np.roll(DISC, (-20, 5), (0, 1))
    assert np.array_equal(found[1], CRESCENT | moved)
    assert np.array_equal(found[0], masks[0] & ~moved)


def test_an_instance_larger_than_said_is_not_moved() -> None:
    move = scripted(edit="move", **{"class": "blob"}, at=[90, 90], by=[9, 9], max_nm=20)
    assert np.array_equal(edited(BODIES, move), BODIES)


def test_bumps_of_a_thick_outline_stay_as_they_are() -> None:
    frame = bar(20, 20, 80, 80) & ~bar(38, 38, 44, 44)
    masks = both(frame | bar(14, 40, 6, 6) | bar(55, 100, 6, 6))  # centre lines run into them
    assert np.array_equal(edited(masks, parse_edit("remove-open:class=wall:max_nm=60")), masks)
