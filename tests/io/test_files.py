from __future__ import annotations

from pathlib import Path

import pytest

from tissuegan.errors import UserError
from tissuegan.io.files import write_atomically


def test_a_file_and_its_folders_are_made(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a/b/c.bin", b"12")
    assert (tmp_path / "a/b/c.bin").read_bytes() == b"12"
    assert [p.name for p in (tmp_path / "a/b").iterdir()] == ["c.bin"]


def test_an_interrupted_write_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.bin"
    write_atomically(path, b"old")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    write_atomically(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["c.bin"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot be written.*another place"):
        write_atomically(tmp_path / "file/c.bin", b"")
