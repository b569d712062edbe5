from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.builders import pixels, write_tiny_model
from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.web.study.fields import Field, System, comparable, split
from tissuegan.web.study.plan import plan
from tissuegan.web.study.sources import named, read_real, read_synthetic


def field(name: str, shape: tuple[int, int]) -> Field:
    return Field(name, None, np.zeros(shape, np.uint8))


def system(*shapes: tuple[int, int], name: str = "a") -> System:
    return System(name, tuple(field(str(k), s) for k, s in enumerate(shapes)), None, 4.6)


def labelled(names: tuple[str, ...], system_name: str = "") -> System:
    masks = np.arange(len(names) * 16).reshape(len(names), 4, 4) % 3 == 0
    return System(system_name, (Field("0", masks, None),) * 2, LabelClasses(names), 4.6)


def drawn_masks(shown: System, number: int = 0) -> NDArray[np.bool_]:
    masks = shown.fields[number].masks
    assert masks is not None
    return masks


@pytest.mark.parametrize(("count", "examples"), [(2, 1), (4, 1), (5, 2), (20, 5), (100, 10)])
def test_a_quarter_of_the_sections_and_at_most_ten_are_for_examples(
    count: int, examples: int
) -> None:
    shown, tests = split(system(*[(8, 8)] * count), 8)
    assert (len(shown), len(tests)) == (examples, count - examples)


def test_a_single_section_is_cut_in_two_that_share_no_pixel() -> None:
    numbers = np.arange(12 * 30, dtype=np.uint16).astype(np.uint8).reshape(12, 30)
    (shown,), (tests,) = split(System("a", (Field("0", None, numbers),), None, 4.6), 12)
    assert (shown.shape, tests.shape) == ((12, 12), (12, 18))
    assert shown.image is not None
    assert not np.shares_memory(shown.image[:, -1:], tests.image)


@pytest.mark.parametrize("shapes", [[(8, 15)], [(8, 8), (7, 30)]])
def test_sections_that_are_too_small_are_told(shapes: list[tuple[int, int]]) -> None:
    with pytest.raises(UserError, match="--crop"):
        split(system(*shapes), 8)


def test_only_classes_that_all_systems_have_are_shown_in_one_order() -> None:
    real, made = labelled(("a", "b", "c")), labelled(("c", "a"), "made")
    shown = comparable((real, made))
    assert [s.classes.names for s in shown if s.classes] == [("a", "c")] * 2
    assert np.array_equal(drawn_masks(shown[1]), drawn_masks(made)[[1, 0]])


def test_systems_that_cannot_be_compared_are_told() -> None:
    real = labelled(("a",))
    with pytest.raises(UserError, match="no class in common"):
        comparable((real, labelled(("b",), "made")))
    with pytest.raises(UserError, match=r"9\.2 nm"):
        comparable((real, replace(labelled(("a",), "made"), pixel_size_nm=9.2)))


def test_two_systems_of_one_name_are_told() -> None:
    with pytest.raises(UserError, match="first=a"):
        plan(system((8, 8), (8, 8), name=""), [system((8, 8), (8, 8))] * 2, "image", 8, 1, 0)


def test_whole_sections_are_shown_where_all_are_one_square() -> None:
    real, made = system((8, 8), (8, 8), name=""), system((8, 8), (8, 8))
    assert plan(real, [made], "image", 0, 1, 0).crop == 8
    with pytest.raises(UserError, match="7x8, 8x8"):
        plan(real, [system((8, 8), (7, 8))], "image", 0, 1, 0)


def test_a_source_is_named_by_its_last_part_or_by_the_user(tmp_path: Path) -> None:
    assert named("runs/mine") == ("mine", "runs/mine")
    assert named("ours=runs/mine") == ("ours", "runs/mine")
    odd = tmp_path / "a=b"
    odd.mkdir()
    assert named(str(odd)) == ("a=b", str(odd))


def test_sixteen_bits_are_shown_between_a_systems_darkest_and_brightest(tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "images").mkdir()
    for name, low in (("a", 1000), ("b", 2000)):
        grey = np.linspace(low, low + 1000, 64).reshape(8, 8).astype(np.uint16)
        Image.fromarray(grey).save(tmp_path / "images" / f"{name}.png")
    first, second = (f.image for f in read_real(tmp_path, "image").fields)
    assert first is not None
    assert second is not None
    assert (first.min(), first.max(), second.max()) == (0, 128, 255)


def test_a_model_draws_as_many_fields_as_there_are_real_sections(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny", classes=("a", "b"))
    drawn: list[System] = []
    like = labelled(("a", "b"))
    steps = list(read_synthetic("tiny", str(model), "pair", like, 64, 5, drawn))
    assert [(step.done, step.total) for step in steps] == [(0, 2), (1, 2), (2, 2)]
    assert [f.shape for f in drawn[0].fields] == [(64, 64)] * 2
    expected = Canvas(load(model), 6)[Region(0, 0, 64, 64)]
    image = drawn[0].fields[1].image
    assert image is not None
    assert np.array_equal(image, pixels(expected))
    assert np.array_equal(drawn_masks(drawn[0], 1), expected.masks)


def test_what_a_mode_needs_and_a_source_lacks_is_told(phantom_folder: Path, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "labels", image=None)
    like = read_real(phantom_folder, "image")
    with pytest.raises(UserError, match="--mode label"):
        list(read_synthetic("labels", str(model), "image", like, 64, 5, []))
    with pytest.raises(UserError, match="no source 'nothing'"):
        list(read_synthetic("nothing", "nothing", "image", like, 64, 5, []))
