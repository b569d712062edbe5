"""Classes: names, colours, index maps and pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tissuegan.classes import LabelClasses

TWO = LabelClasses(("membrane", "mitochondrion"))
index_maps = arrays(np.uint8, (5, 7), elements=st.integers(0, 2))


def some_masks() -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Row 0: nothing, the first, the second, both."""
    return np.array([[[0, 1, 0, 1]], [[0, 0, 1, 1]]], bool)


def test_classes_have_a_length_and_places() -> None:
    assert len(TWO) == 2
    assert TWO.index("mitochondrion") == 1


def test_an_unknown_class_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="no class 'nucleus' among membrane, mitochondrion"):
        TWO.index("nucleus")


@pytest.mark.parametrize("names", [(), ("",), ("a", "a")])
def test_missing_empty_and_repeated_names_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="class"):
        LabelClasses(names)


@pytest.mark.parametrize("colours", [((1, 2, 3),), ((0, 0, 256), (0, 0, 0)), ((0, 0), (0, 0))])
def test_wrong_colours_are_refused(colours: tuple[tuple[int, int, int], ...]) -> None:
    with pytest.raises(ValueError, match="colour"):
        LabelClasses(("a", "b"), colours)


def test_membranes_are_red_and_mitochondria_green_whatever_their_order() -> None:
    (red, green) = TWO.colours
    assert red[0] == max(red)
    assert green[1] == max(green)
    assert LabelClasses(("mitochondrion", "synapse", "membrane")).colours[::2] == (green, red)


@given(st.integers(1, 60))
def test_no_two_default_colours_are_alike(count: int) -> None:
    names = ("membrane", *(f"class {k}" for k in range(count)))
    assert len(set(LabelClasses(names).colours)) == count + 1


def test_given_colours_are_kept() -> None:
    assert LabelClasses(("a",), ((1, 2, 3),)).colours == ((1, 2, 3),)


def test_lists_become_tuples_so_that_classes_are_values() -> None:
    listed = LabelClasses(["a"], [[1, 2, 3]])  # type: ignore[arg-type]
    assert hash(listed) == hash(LabelClasses(("a",), ((1, 2, 3),)))


def test_a_selection_keeps_its_order_and_the_colours() -> None:
    chosen = LabelClasses(("a", "b", "c")).select(["c", "a"])
    assert chosen.names == ("c", "a")
    assert chosen.colours == LabelClasses(("a", "b", "c")).colours[::-2]


@pytest.mark.parametrize("names", [["nucleus"], ["membrane", "membrane"], []])
def test_an_impossible_selection_is_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="class"):
        TWO.select(names)


def test_masks_come_from_the_values_of_an_index_map() -> None:
    index = np.array([[0, 50, 90, 7]], np.uint16)
    masks = TWO.masks_from_index(index, {"mitochondrion": 50, "membrane": 90, "glia": 7})
    assert masks.dtype == np.bool_
    assert masks.tolist() == [[[False, False, True, False]], [[False, True, False, False]]]


def test_an_index_map_without_a_value_for_a_class_is_refused() -> None:
    with pytest.raises(ValueError, match="no value is given for mitochondrion"):
        TWO.masks_from_index(np.zeros((2, 2), np.uint8), {"membrane": 1})


@pytest.mark.parametrize("index", [np.zeros((2, 2)), np.zeros(4, np.uint8)])
def test_an_index_map_of_another_kind_is_refused(
    index: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    with pytest.raises(ValueError, match="integers"):
        TWO.masks_from_index(index, {"membrane": 1, "mitochondrion": 2})


@given(index_maps)
def test_index_maps_and_disjoint_masks_are_the_same(
    index: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    masks = TWO.masks_from_index(index, {"membrane": 1, "mitochondrion": 2})
    assert np.array_equal(TWO.index_from_masks(masks), index)


def test_the_later_class_wins_an_overlap() -> None:
    index = TWO.index_from_masks(some_masks())
    assert index.dtype == np.uint8
    assert index.tolist() == [[0, 1, 2, 2]]


def test_more_classes_than_a_byte_holds_are_refused() -> None:
    many = LabelClasses(tuple(str(k) for k in range(256)))
    with pytest.raises(ValueError, match="255 classes"):
        many.index_from_masks(np.zeros((256, 1, 1), bool))


def test_without_an_image_the_colours_are_solid_on_black() -> None:
    red, green = TWO.colours
    assert TWO.paint(some_masks()).tolist() == [[[0, 0, 0], list(red), list(green), list(green)]]


@pytest.mark.parametrize("opacity", [0.0, 0.25, 1.0])
def test_colours_are_laid_over_the_image_with_their_opacity(opacity: float) -> None:
    classes = LabelClasses(("a",), ((200, 0, 100),))
    picture = classes.paint(np.array([[[True, False]]]), np.full((1, 2), 80, np.uint8), opacity)
    mixed = [round((1 - opacity) * 80 + opacity * level) for level in (200, 0, 100)]
    assert picture.dtype == np.uint8
    assert picture.tolist() == [[mixed, [80, 80, 80]]]


def test_sixteen_bits_are_shown_at_their_full_range() -> None:
    image = np.array([[0, 256, 65535]], np.uint16)
    picture = TWO.paint(np.zeros((2, 1, 3), bool), image)
    assert picture[0, :, 0].tolist() == [0, 1, 255]


def test_painting_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="masks are bool"):
        TWO.paint(np.zeros((3, 1, 4), bool))
    with pytest.raises(ValueError, match="an image here is"):
        TWO.paint(some_masks(), np.zeros((1, 5), np.uint8))
    with pytest.raises(ValueError, match="opacity"):
        TWO.paint(some_masks(), np.zeros((1, 4), np.uint8), 1.5)
    with pytest.raises(ValueError, match="masks are bool"):
        TWO.index_from_masks(some_masks().astype(np.uint8))
