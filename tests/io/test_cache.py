from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tissuegan.io.cache import Cache, code, drawing


def counting() -> Iterator[dict[str, int]]:
    yield from ({"made": k} for k in range(9))


def test_what_was_made_is_found_by_its_key_also_by_another_process(tmp_path: Path) -> None:
    made = counting()
    first, second = Cache(tmp_path / "cache"), Cache(tmp_path / "cache")
    assert first(("a", "b"), lambda: next(made)) == {"made": 0}
    assert first(("a", "b"), lambda: next(made)) == {"made": 0}
    assert second(("a", "b"), lambda: next(made)) == {"made": 0}
    assert second(("ab",), lambda: next(made)) == {"made": 1}


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    made = counting()
    Cache(tmp_path)(("a",), lambda: next(made))
    (file,) = tmp_path.iterdir()
    file.write_text('{"made": ')
    assert Cache(tmp_path)(("a",), lambda: next(made)) == {"made": 1}


def test_another_version_of_the_code_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = counting()
    Cache(tmp_path)(("a",), lambda: next(made))
    monkeypatch.setattr("tissuegan.io.cache.code", lambda *_: "another")
    assert Cache(tmp_path)(("a",), lambda: next(made)) == {"made": 1}


def test_what_is_drawn_goes_by_the_code_that_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawing("canvas", "3")
    assert drawing("canvas", "3") == before
    assert drawing("canvas", "4") != before
    monkeypatch.setattr("tissuegan.io.cache.code", lambda *_: "another")
    assert drawing("canvas", "3") != before


def test_a_module_counts_as_code_as_packages_do() -> None:
    assert len({code("networks"), code("noise.py"), code("networks", "noise.py")}) == 3
