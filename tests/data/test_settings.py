from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.making import toml
from tissuegan.data.settings import DatasetSettings, NamedRoles, is_class_name, read_settings
from tissuegan.errors import UserError


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == DatasetSettings(4.6, None, {})


def test_all_settings_are_read(tmp_path: Path) -> None:
    toml(tmp_path, 'pixel_size_nm = 8\nclasses = ["b", "a"]\n[index]\na = 1\nb = 200\n')
    assert read_settings(tmp_path) == DatasetSettings(8.0, ("b", "a"), {"a": 1, "b": 200})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pixel_size = 4.6", "unknown key 'pixel_size'.*pixel_size_nm, classes, index"),
        ("pixel_size_nm = 0", "pixel_size_nm is 0"),
        ("pixel_size_nm = nan", "pixel_size_nm is nan"),
        ("pixel_size_nm = inf", "pixel_size_nm is inf"),
        ("pixel_size_nm = true", "pixel_size_nm is True"),
        ('pixel_size_nm = "4.6"', "pixel_size_nm is '4.6'"),
        ("classes = []", "classes is"),
        ('classes = "a"', "classes is"),
        ('classes = ["a", "a"]', "classes is"),
        ('classes = ["../a"]', "classes is"),
        ("index = 3", "index is 3"),
        ("[index]\na = -1", "a is -1"),
        ("[index]\na = 1.5", "a is 1.5"),
        ('[index]\n"a/b" = 1', "cannot be a class's name"),
        ("[index]\na = 1\nb = 1", "the same value"),
        ('classes = ["a", "b"]\n[index]\na = 1', "no value for the class b"),
        ("pixel_size_nm = ", "not valid TOML"),
    ],
)
def test_wrong_settings_are_refused_with_the_file_and_the_key(
    tmp_path: Path, text: str, says: str
) -> None:
    path = toml(tmp_path, text)
    with pytest.raises(UserError, match=says) as caught:
        read_settings(tmp_path)
    assert str(path) in str(caught.value)


def test_settings_in_another_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_bytes("classes = ['ä']".encode("latin-1"))
    with pytest.raises(UserError, match="not valid TOML"):
        read_settings(tmp_path)


def test_settings_that_are_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").mkdir()
    with pytest.raises(UserError, match="cannot be read"):
        read_settings(tmp_path)


@pytest.mark.parametrize("name", ["membrane", "cell body", "Zellkörper", "a.b"])
def test_words_can_be_class_names(name: str) -> None:
    assert is_class_name(name)


@pytest.mark.parametrize("name", ["", " ", ".", "..", ".a", "a/b", "a\\b", "a\n", " a", "a:b", 3])
def test_what_cannot_be_a_folder_cannot_be_a_class(name: object) -> None:
    assert not is_class_name(name)


def test_roles_of_the_classes_are_read(tmp_path: Path) -> None:
    text = '[roles]\nboundary = "wall"\norganelles = ["blob", "speck"]\n'
    (tmp_path / "dataset.toml").write_text(text)
    assert read_settings(tmp_path).roles == NamedRoles("wall", ("blob", "speck"))


@pytest.mark.parametrize(
    "table",
    ['boundary = "wall"', 'boundary = "a"\norganelles = ["a"]', "boundary = 1\norganelles = []"],
)
def test_roles_that_are_not_meant_are_told(tmp_path: Path, table: str) -> None:
    (tmp_path / "dataset.toml").write_text(f"[roles]\n{table}\n")
    with pytest.raises(UserError, match="organelles"):
        read_settings(tmp_path)
