from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tissuegan
from tissuegan.data import load_sections
from tissuegan.io.napari import reader

MANIFEST = Path(tissuegan.__file__).parent / "napari.yaml"


def test_the_manifest_is_valid_and_napari_reads_a_dataset_by_it(phantom_folder: Path) -> None:
    npe2 = pytest.importorskip("npe2", reason="npe2, napari's plugin engine, is not installed")
    manifest = npe2.PluginManifest.from_file(MANIFEST)
    assert manifest.contributions.readers[0].command == "tissuegan.read"
    npe2.PluginManager.instance().discover()
    layers = npe2.read([str(phantom_folder)], stack=False, plugin_name="tissuegan")
    assert [kind for _, _, kind in layers[:3]] == ["image", "labels", "labels"]


def test_the_manifest_names_a_function_that_there_is() -> None:
    assert f"python_name: {reader.__module__}:{reader.__name__}" in MANIFEST.read_text()


def test_a_dataset_folder_is_an_image_and_its_labels_a_section(phantom_folder: Path) -> None:
    read = reader(str(phantom_folder))
    assert read is not None
    layers = read(str(phantom_folder))
    tissue = load_sections(phantom_folder)[0].tissue
    assert [kind for _, _, kind in layers[:4]] == ["image", "labels", "labels", "image"]
    assert np.array_equal(layers[0][0][:], tissue.image)  # type: ignore[arg-type]
    assert np.array_equal(layers[2][0][:], tissue.masks[1])
    assert layers[0][1]["scale"] == (tissue.pixel_size_nm,) * 2


def test_what_is_not_ours_is_left_to_others(tmp_path: Path) -> None:
    assert reader(str(tmp_path / "nothing")) is None
    assert reader([str(tmp_path)]) is None
