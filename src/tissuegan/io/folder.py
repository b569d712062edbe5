"""Writing dataset folders: a tissue as a pair of files, and dataset.toml beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import tomli_w

from tissuegan.classes import LabelClasses
from tissuegan.data.section import Section
from tissuegan.data.settings import DatasetSettings, is_class_name, read_settings
from tissuegan.errors import UserError
from tissuegan.io.files import write_atomically, writing
from tissuegan.io.pairs import Pair, write_pairs
from tissuegan.tissue import Tissue

__all__ = ["write_pair", "write_settings"]


def write_pair(folder: str | Path, name: str, tissue: Tissue) -> None:
    """Writes a tissue into a dataset folder; :func:`tissuegan.data.load_sections` reads it back.

    The files are images/NAME.png (uint8 or uint16, if the tissue has an image) and
    labels/CLASS/NAME.png (1 bit a pixel), and dataset.toml. Each appears whole or not at all;
    files that are there already with the same contents are left as they are.

    Args:
        folder: made if it is not there; may have other pairs of the same classes.
        name: of the pair, without an ending.
        tissue: masks bool (C, H, W) and image (H, W) or none.

    Raises:
        UserError: other contents are there, or the folder cannot be written.
    """
    if not is_class_name(name):
        raise UserError(f"'{name}' cannot be the name of a file; choose another name")
    write_settings(Path(folder), tissue.classes, tissue.pixel_size_nm)
    section = Section(name, tissue)
    call = {**tissue.provenance, "pixels": section.digest}
    with writing(Path(folder)):
        for _ in write_pairs(Path(folder), [Pair(name, section, tissue.region, call)]):
            pass


def write_settings(folder: Path, classes: LabelClasses, pixel_size_nm: float) -> None:
    """Writes the dataset.toml of a folder that is to have these classes.

    Raises:
        UserError: the folder has another one, is no folder, or cannot be written.
    """
    bad = [name for name in classes.names if not is_class_name(name)]
    if bad:
        raise UserError(f"the class '{bad[0]}' cannot have a folder of its name; rename the class")
    path = folder / "dataset.toml"
    meant = DatasetSettings(float(pixel_size_nm), classes.names)
    if not path.exists():
        table = {"pixel_size_nm": meant.pixel_size_nm, "classes": list(classes.names)}
        write_atomically(path, tomli_w.dumps(table).encode())
    elif replace(read_settings(folder), roles=None) != meant:
        raise UserError(
            f"{path} is there already, with other classes or another pixel size; "
            "choose another output folder"
        )
