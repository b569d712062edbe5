from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tissuegan.classes import LabelClasses
from tissuegan.editing import AnyEdit, parse_edit, parse_script, script_json
from tissuegan.editing.script import MOST_EDITS, check_classes, read_script
from tissuegan.errors import UserError

points = st.tuples(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62))
lengths = st.floats(0.01, 1000)
names = st.text(min_size=1, max_size=20)


def fields(edit: str, **others: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"edit": st.just(edit), "class": names, **others})


any_edit = st.one_of(
    fields("remove-open", max_nm=lengths),
    fields("close-gaps", max_nm=lengths),
    fields("fill-holes", max_nm2=lengths),
    fields("remove-concave", solidity=st.floats(0.01, 1)),
    fields("convex"),
    fields("drop-small", min_nm2=lengths),
    fields("paint", points=st.lists(points, min_size=1, max_size=5), radius_nm=lengths),
    fields("erase", points=st.lists(points, min_size=1, max_size=5)),
    fields("move", at=points, by=st.tuples(st.integers(-9, 9), st.integers(-9, 9))),
    fields("delete", at=points),
)


@settings(max_examples=20)
@given(st.lists(any_edit, max_size=4))
def test_a_script_read_back_is_the_same_edits(listed: list[dict[str, object]]) -> None:
    edits = parse_script(json.dumps({"edits": listed}))
    assert len(edits) == len(listed)
    assert parse_script(script_json(edits)) == edits
    assert script_json(parse_script(script_json(edits))) == script_json(edits)


@pytest.mark.parametrize(
    "text",
    [
        "remove-open:class=wall",
        "close-gaps:class=wall:max_nm=40",
        "fill-holes:class=wall:max_nm2=2000",
        "remove-concave:class=blob:solidity=0.9",
        "convex:class=blob",
        "drop-small:class=blob:min_nm2=20000",
    ],
)
def test_edits_of_the_command_line_are_those_of_scripts(text: str) -> None:
    edit = parse_edit(text)
    assert parse_script(script_json([edit])) == (edit,)
    name, *pairs = text.split(":")
    spelled = {"edit": name, **dict(pair.split("=") for pair in pairs)}
    assert parse_script(json.dumps([spelled])) == (edit,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("smooth:class=wall", "remove-open, close-gaps"),
        ("paint:class=wall", "--script"),
        ("convex", "'class' is missing"),
        ("convex:class", "KEY=VALUE"),
        ("convex:class=a:class=b", "twice"),
        ("convex:class=a:colour=red", "no key 'colour'"),
        ("close-gaps:class=a:max_nm=wide", "max_nm"),
        ("close-gaps:class=a:max_nm=nan", "max_nm"),
        ("close-gaps:class=a:max_nm=-1", "max_nm"),
        ("close-gaps:class=a:max_nm=1e9", "max_nm"),
        ("remove-concave:class=a:solidity=2", "solidity"),
        ("drop-small:class=a:min_nm2=inf", "min_nm2"),
    ],
)
def test_a_wrong_edit_is_told(text: str, words: str) -> None:
    with pytest.raises(UserError) as told:
        parse_edit(text)
    assert words in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "3",
        "{}",
        '{"edits": 3}',
        '[{"edit": "nothing"}]',
        '[{"edit": "paint", "class": "a", "points": []}]',
        '[{"edit": "paint", "class": "a", "points": [[1e300, 0]]}]',
        '[{"edit": "move", "class": "a", "at": [0, 0], "by": [99999, 0]}]',
        "[" * 100_000,
        "1" * 10_000,
        json.dumps([{"edit": "convex", "class": "a"}] * (MOST_EDITS + 1)),
    ],
)
def test_a_wrong_script_is_told(text: str) -> None:
    with pytest.raises(UserError):
        parse_script(text)


def test_a_script_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    for name in ("nothing.json", "binary", "."):
        with pytest.raises(UserError, match="cannot be read"):
            read_script(tmp_path / name)


def test_a_class_that_is_not_there_is_told() -> None:
    edits: list[AnyEdit] = [parse_edit("convex:class=nucleus")]
    with pytest.raises(UserError, match="'nucleus'.*wall, blob"):
        check_classes(edits, LabelClasses(("wall", "blob")))
