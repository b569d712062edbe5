from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.data import load_sections
from tissuegan.io.source import open_sources
from tissuegan.region import Region


def generate(run: Path, out: Path, *options: str) -> Path:
    assert main(["generate", str(run), "--out", str(out), *options]) == 0
    return out


def test_what_is_generated_is_a_dataset(run_folder: Path, tmp_path: Path) -> None:
    out = generate(run_folder, tmp_path / "out", "--size", "96x130", "--count", "2")
    sections = load_sections(out)
    assert [section.tissue.region.shape for section in sections] == [(96, 130), (96, 130)]
    assert sections[0].tissue.classes.names == ("membrane", "mitochondrion")


def test_a_window_is_cut_from_a_larger_one_bit_for_bit(run_folder: Path, tmp_path: Path) -> None:
    place = ["--seed", "3", "--size"]
    large = generate(run_folder, tmp_path / "large", "--origin=-300,1000000007", *place, "160x200")
    small = generate(run_folder, tmp_path / "small", "--origin=-250,1000000107", *place, "64x64")
    (whole,), (window,) = load_sections(large), load_sections(small)
    assert np.array_equal(whole.tissue.masks[:, 50:114, 100:164], window.tissue.masks)
    assert whole.tissue.image is not None
    assert window.tissue.image is not None
    assert np.array_equal(whole.tissue.image[50:114, 100:164], window.tissue.image)


def test_pair_k_has_the_seed_plus_k(run_folder: Path, tmp_path: Path) -> None:
    many = generate(run_folder, tmp_path / "a", "--size", "64x64", "--seed", "4", "--count", "2")
    one = generate(run_folder, tmp_path / "b", "--size", "64x64", "--seed", "5")
    assert np.array_equal(load_sections(many)[1].tissue.masks, load_sections(one)[0].tissue.masks)


def test_the_same_call_gives_the_same_bytes(run_folder: Path, tmp_path: Path) -> None:
    first, second = (
        generate(
            run_folder, tmp_path / name, "--size", "70x90", "--preview", f"{tmp_path}/{name}.png"
        )
        for name in "ab"
    )
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_preview_shows_the_first_pair(run_folder: Path, tmp_path: Path) -> None:
    preview = tmp_path / "preview.png"
    generate(run_folder, tmp_path / "out", "--size", "80x100", "--preview", str(preview))
    with Image.open(preview) as picture:
        assert picture.height >= 80


def test_what_is_rendered_has_the_labels_that_were_given(
    run_folder: Path, phantom_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert (
        main(["render", str(run_folder), "--labels", str(phantom_folder), "--out", str(out)]) == 0
    )
    for given, rendered in zip(load_sections(phantom_folder), load_sections(out), strict=True):
        assert given.name == rendered.name
        assert np.array_equal(given.tissue.masks, rendered.tissue.masks)
        assert not np.array_equal(given.tissue.image, rendered.tissue.image)  # type: ignore[arg-type]


def test_an_unknown_model_is_one_sentence_that_says_where_models_are_listed(
    tmp_path: Path, told: Told
) -> None:
    out = tmp_path / "out"
    assert "models list" in told("generate", "nothing", "--out", str(out), "--size", "64x64")
    assert not out.exists()


@pytest.mark.parametrize("out", ["/dev/null/out", "/proc/out"])
def test_a_place_that_cannot_be_written_is_one_sentence(
    out: str, run_folder: Path, phantom_folder: Path, told: Told
) -> None:
    assert out in told("generate", str(run_folder), "--out", out, "--size", "64x64")
    assert out in told("render", str(run_folder), "--labels", str(phantom_folder), "--out", out)


def test_a_preview_that_cannot_be_written_is_one_sentence(
    run_folder: Path, tmp_path: Path, told: Told
) -> None:
    words = ("--out", str(tmp_path / "out"), "--size", "64x64", "--preview", "/dev/null/p.png")
    assert "/dev/null/p.png" in told("generate", str(run_folder), *words)


def test_other_contents_are_not_overwritten(run_folder: Path, tmp_path: Path, told: Told) -> None:
    out = generate(run_folder, tmp_path / "out", "--size", "64x64")
    before = {path: path.read_bytes() for path in out.rglob("*.png")}
    assert "--out" in told("generate", str(run_folder), "--out", str(out), "--size", "64x65")
    assert {path: path.read_bytes() for path in out.rglob("*.png")} == before


def test_an_ome_zarr_holds_what_a_dataset_folder_holds(run_folder: Path, tmp_path: Path) -> None:
    words = ["--size", "96x130", "--seed", "4", "--origin=-20,2199023255552"]
    out = generate(run_folder, tmp_path / "out", *words)
    generate(run_folder, tmp_path / "a.ome.zarr", *words)
    (named,), (section,) = open_sources(f"{tmp_path}/a.ome.zarr"), load_sections(out)
    bounds = named.source.bounds
    assert bounds == Region(-20, 2**41, 96, 130)
    assert np.array_equal(named.source[bounds].masks, section.tissue.masks)
    assert np.array_equal(named.source[bounds].image, section.tissue.image)  # type: ignore[arg-type]
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"out", "a.ome.zarr", "a.objects.csv", "a.outlines.geojson"}


def test_a_model_with_other_thresholds_is_another_model(
    run_folder: Path, tmp_path: Path, told: Told
) -> None:
    model = tmp_path / "model"
    shutil.copytree(run_folder / "model", model)
    words = ["generate", str(model), "--out", str(tmp_path / "out"), "--size", "64x64"]
    assert main(words) == 0
    card = json.loads((model / "config.json").read_text())
    card["thresholds"] = [0.125, 0.125]
    (model / "config.json").write_text(json.dumps(card))
    assert "not made by this call" in told(*words)
