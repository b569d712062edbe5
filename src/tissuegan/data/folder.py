"""Dataset folders: images/NAME.png beside labels/CLASS/NAME.png or index maps labels/NAME.png."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tissuegan.data.listing import Entry, Label, Listing
from tissuegan.data.reading import natural, pictures_in
from tissuegan.data.settings import DatasetSettings, read_settings
from tissuegan.errors import UserError

__all__ = ["is_folder", "list_folder"]


def is_folder(path: Path) -> bool:
    """Whether a folder looks like a dataset folder."""
    return any((path / name).exists() for name in ("dataset.toml", "images", "labels"))


def list_folder(path: Path, settings: DatasetSettings | None = None) -> Listing:
    """The files of a dataset folder.

    Args:
        path: the folder.
        settings: to be used in place of those in dataset.toml.

    Raises:
        UserError: dataset.toml is wrong, stems are double, or index maps have no [index].
    """
    settings = read_settings(path) if settings is None else settings
    images = _pictures(path / "images")
    maps, masks = _pictures(path / "labels"), _class_folders(path / "labels")
    _check_layout(path, settings, maps, masks)
    labels = _by_index(maps, settings.index) if maps else masks
    available = tuple(settings.index) if maps else tuple(masks)
    names = sorted({*images, *(n for files in labels.values() for n in files)}, key=natural)
    return Listing(
        path,
        tuple(_entry(name, images, labels) for name in names),
        settings.classes or available,
        tuple(dict.fromkeys((*(settings.classes or ()), *available))),
        settings.pixel_size_nm,
        "images/NAME.png",
        "labels/NAME.png" if maps else "labels/CLASS/NAME.png",
        settings.index if maps else {},
    )


def _entry(name: str, images: Mapping[str, Path], labels: Mapping[str, dict[str, Label]]) -> Entry:
    own = {cls: files[name] for cls, files in labels.items() if name in files}
    return Entry(name, images.get(name), own)


def _pictures(folder: Path) -> dict[str, Path]:
    return pictures_in(folder) if folder.is_dir() else {}


def _class_folders(folder: Path) -> dict[str, dict[str, Label]]:
    """For every class with a folder of its own, the masks by section."""
    if not folder.is_dir():
        return {}
    inside = [p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")]
    return {
        sub.name: {stem: Label(path) for stem, path in pictures_in(sub).items()}
        for sub in sorted(inside, key=lambda p: natural(p.name))
    }


def _by_index(maps: Mapping[str, Path], index: Mapping[str, int]) -> dict[str, dict[str, Label]]:
    return {
        cls: {stem: Label(path, value) for stem, path in maps.items()}
        for cls, value in index.items()
    }


def _check_layout(
    path: Path,
    settings: DatasetSettings,
    maps: Mapping[str, Path],
    masks: Mapping[str, dict[str, Label]],
) -> None:
    if maps and masks:
        raise UserError(
            f"{path / 'labels'} has both index maps and folders of masks; keep one of the two"
        )
    if maps and not settings.index:
        raise UserError(
            f"{path / 'labels'} has index maps, but {path / 'dataset.toml'} has no [index]; "
            "add a table such as [index] membrane = 1, or make a folder of masks for each class"
        )
