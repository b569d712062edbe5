"""Whole runs: every recipe, every kind of data, killed and resumed, alone and in company."""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from tests.builders import pixels
from tests.training.conftest import Trainers
from tissuegan.classes import LabelClasses
from tissuegan.errors import UserError
from tissuegan.io.folder import write_pair
from tissuegan.models import load
from tissuegan.progress import Progress
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue
from tissuegan.training import load_recipe, recipe_names, train
from tissuegan.training.arithmetic import begun_in

pytestmark = pytest.mark.usefixtures("quick_calibration")

MADE = {
    "labels": {"labels"},
    "image": {"image"},
    "image-unet": {"image"},
    "completion": {"completion"},
    "mitochondria": {"completion"},
    "mitochondria-unet": {"completion"},
    "segmenter": set(),
    "labels-few": {"labels"},
    "labels-fine": {"labels"},
    "labels-first": {"labels"},
    "labels-refine": {"labels"},
    "non-ms": {"labels"},
    "non-fc": {"labels"},
    "dcgan": {"labels"},
    "unsupervised": {"image"},
    "sgan-completion": {"labels", "image", "completion"},
}
KEPT = ("model/weights.safetensors", "model/config.json", "metrics.csv")


def run(recipe: str, data: Path, out: Path, **changes: str) -> list[Progress]:
    """A short run of the smoke size, in this process."""
    overrides = {"smoke": "true", "steps": "2", **changes}
    return list(train(recipe, data, out, device="cpu", overrides=overrides))


def command(recipe: str, data: Path, out: Path, *more: str) -> list[str]:
    words = ["train", recipe, "--data", str(data), "--out", str(out), "--device", "cpu"]
    return [sys.executable, "-m", "tissuegan", *words, "--set", "smoke=true", *more]


def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1"}


@pytest.mark.parametrize("recipe", recipe_names())
def test_every_recipe_trains_and_its_model_opens(
    recipe: str, phantom_folder: Path, tmp_path: Path
) -> None:
    batch = "2" if recipe == "labels-refine" else "1"  # it compares patches by two
    progress = run(recipe, phantom_folder, tmp_path / "run", steps="20", batch=batch)
    assert [(p.done, p.total) for p in progress] == [(k, 20) for k in (*range(1, 21), 20, 20)]
    for name, column in losses(tmp_path / "run").items():
        assert np.isfinite(column).all(), name
    model = load(tmp_path / "run")
    made = {name for name in ("labels", "image", "completion") if getattr(model, name) is not None}
    assert made == MADE.get(recipe.removeprefix("paper/"), {"labels", "image"})


def some_tissue(classes: tuple[str, ...], side: int, dtype: str, seed: int) -> Tissue:
    rng = np.random.default_rng(seed)
    masks = rng.random((len(classes), side, side + 8)) > 0.7
    image = rng.integers(0, 4000 if dtype == "uint16" else 255, masks.shape[1:]).astype(dtype)
    return Tissue(masks, image, LabelClasses(classes), 8.0, Region(0, 0, side, side + 8))


@pytest.mark.parametrize(
    ("classes", "dtype"), [(("one",), "uint8"), (("a", "b", "c"), "uint8"), (("a", "b"), "uint16")]
)
def test_any_number_of_classes_and_16_bits_are_learnt_and_drawn(
    classes: tuple[str, ...], dtype: str, tmp_path: Path
) -> None:
    for k, side in enumerate((192, 210)):  # sections may differ in size
        write_pair(tmp_path / "data", f"s{k}", some_tissue(classes, side, dtype, k))
    run("sgan", tmp_path / "data", tmp_path / "run")
    model = load(tmp_path / "run")
    tissue = Canvas(model)[Region(0, 0, 20, 30)]
    assert model.classes.names == classes
    assert model.pixel_size_nm == 8.0
    assert tissue.masks.shape == (len(classes), 20, 30)
    assert tissue.image is not None
    assert tissue.image.dtype == dtype


def test_index_labels_are_learnt(tmp_path: Path) -> None:
    data, rng = tmp_path / "data", np.random.default_rng(0)
    for name in ("images", "labels"):
        (data / name).mkdir(parents=True)
    tifffile.imwrite(data / "images" / "s.tif", rng.integers(0, 4000, (200, 200), np.uint16))
    Image.fromarray(rng.integers(0, 3, (200, 200), np.uint8)).save(data / "labels" / "s.png")
    (data / "dataset.toml").write_text("[index]\nrind = 2\ncore = 1\n")
    run("labels", data, tmp_path / "run")
    assert load(tmp_path / "run").classes.names == ("rind", "core")


def test_classes_are_those_of_the_recipe(phantom_folder: Path, tmp_path: Path) -> None:
    run("labels", phantom_folder, tmp_path / "run", classes='["mitochondrion"]')
    assert load(tmp_path / "run").classes.names == ("mitochondrion",)


def test_labels_are_learnt_from_sections_shown_smaller(tmp_path: Path) -> None:
    write_pair(tmp_path / "data", "s", some_tissue(("a", "b"), 250, "uint8", 0))
    run("labels", tmp_path / "data", tmp_path / "run", scale="0.8")
    model = load(tmp_path / "run")
    assert (model.pixel_size_nm, model.card.training["scale"]) == (8.0, "0.8")
    with pytest.raises(UserError, match="sections are 190x196"):
        run("labels", tmp_path / "data", tmp_path / "other", scale="0.76")


def test_labels_are_learnt_without_images(tmp_path: Path) -> None:
    tissue = some_tissue(("a", "b"), 200, "uint8", 0)
    bare = Tissue(tissue.masks, None, tissue.classes, 8.0, tissue.region)
    write_pair(tmp_path / "data", "s", bare)
    run("labels", tmp_path / "data", tmp_path / "run")
    assert load(tmp_path / "run").labels is not None


def test_a_finished_run_is_left_as_it_is(phantom_folder: Path, tmp_path: Path) -> None:
    run("labels", phantom_folder, tmp_path / "run")
    before = [(tmp_path / "run" / name).read_bytes() for name in KEPT]
    assert [p.done for p in run("labels", phantom_folder, tmp_path / "run")] == [2, 2]
    assert [(tmp_path / "run" / name).read_bytes() for name in KEPT] == before


def test_a_run_without_steps_still_leaves_a_model(phantom_folder: Path, tmp_path: Path) -> None:
    run("labels", phantom_folder, tmp_path / "run", steps="0")
    assert load(tmp_path / "run").card.training["steps"] == "0"


def test_a_run_goes_on_in_what_its_folder_says_that_it_began_in(
    phantom_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"amx_bf16": True, "bf16": True})
    monkeypatch.setattr("tissuegan.training.arithmetic.gain", lambda: 0.5)
    run("labels", phantom_folder, tmp_path / "run", steps="0")
    monkeypatch.setattr("tissuegan.training.arithmetic.gain", lambda: 2.0)
    run("labels", phantom_folder, tmp_path / "run", steps="0")
    assert begun_in(tmp_path / "run") == "32-true"


def test_a_dry_run_trains_and_writes_nothing(phantom_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    steps = list(
        train(
            "labels",
            phantom_folder,
            out,
            device="cpu",
            dry_run=True,
            steps=3,
            overrides={"smoke": "true"},
        )
    )
    assert [(p.done, p.total) for p in steps] == [(0, 3)]
    assert not out.exists()


def test_another_recipe_in_the_same_folder_is_refused(phantom_folder: Path, tmp_path: Path) -> None:
    run("labels", phantom_folder, tmp_path / "run")
    before = [(tmp_path / "run" / name).read_bytes() for name in KEPT]
    with pytest.raises(UserError, match="is another recipe"):
        run("labels", phantom_folder, tmp_path / "run", seed="1")
    assert [(tmp_path / "run" / name).read_bytes() for name in KEPT] == before


def test_other_classes_in_the_same_folder_are_told(phantom_folder: Path, tmp_path: Path) -> None:
    run("labels", phantom_folder, tmp_path / "run")
    write_pair(tmp_path / "data", "s", some_tissue(("a", "b", "c"), 192, "uint8", 0))
    with pytest.raises(UserError, match="other sections"):
        run("labels", tmp_path / "data", tmp_path / "run", steps="3")
    (tmp_path / "run" / "checkpoint" / "sections.txt").unlink()
    with pytest.raises(UserError, match="other classes"):
        run("labels", tmp_path / "data", tmp_path / "run", steps="3")


def test_a_batch_too_small_to_compare_patches_is_told_and_nothing_is_written(
    phantom_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"--set batch=2 or more"):
        run("labels-refine", phantom_folder, tmp_path / "run", batch="1")
    assert not (tmp_path / "run").exists()


def test_a_batch_that_cannot_be_shared_out_is_told(phantom_folder: Path, tmp_path: Path) -> None:
    steps = train("labels", phantom_folder, tmp_path, overrides={"smoke": "true"}, devices=3)
    with pytest.raises(UserError, match="batch=3"):
        next(steps)


def test_half_of_a_batch_that_cannot_be_shared_out_is_told(
    phantom_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="give --set batch=2"):
        run("completion", phantom_folder, tmp_path / "run", batch="3", given_by="vnc-sgan")
    assert not (tmp_path / "run").exists()


def test_classes_are_made_for_what_a_model_draws_and_its_card_says_so(
    phantom_folder: Path, tmp_path: Path
) -> None:
    run("labels", phantom_folder, tmp_path / "labels")
    for steps in ("1", "2"):  # the second goes on with the first
        given = {"given_by": str(tmp_path / "labels"), "batch": "2", "steps": steps}
        run("completion", phantom_folder, tmp_path / "run", checkpoint_every="1", **given)
    card = load(tmp_path / "run").card
    assert card.training["half of the given classes"].startswith("made: steps 2; batch 2;")
    assert str(tmp_path) not in card.model_dump_json()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_told(phantom_folder: Path, tmp_path: Path) -> None:
    steps = train("labels", phantom_folder, tmp_path, overrides={"smoke": "true"}, device="cuda")
    with pytest.raises(UserError, match="no CUDA device"):
        next(steps)


def rows(path: Path) -> int:
    return path.read_bytes().count(b"\n") - 1 if path.exists() else 0


def killed(words: list[str], out: Path, after: int) -> None:
    """Starts a run and kills it at some moment after a step."""
    with subprocess.Popen(words, env=environment()) as process:
        while rows(out / "metrics.csv") < after and process.poll() is None:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_a_killed_run_resumed_ends_bitwise_where_an_undisturbed_one_ends(
    phantom_folder: Path, tmp_path: Path
) -> None:
    due = ["--steps", "30", "--set", "checkpoint_every=3", "--set", "record_every=1"]
    calm, out = tmp_path / "calm", tmp_path / "out"
    subprocess.run(command("sgan", phantom_folder, calm, *due), check=True, env=environment())
    killed(command("sgan", phantom_folder, out, *due), out, after=4)
    assert 0 < rows(out / "metrics.csv") < 30
    subprocess.run(command("sgan", phantom_folder, out, *due), check=True, env=environment())
    for name in (*KEPT, "recipe.toml", "samples/000028.png", "samples/000030.png"):
        assert (out / name).read_bytes() == (calm / name).read_bytes(), name
    assert rows(out / "metrics.csv") == 30


def losses(out: Path) -> dict[str, list[float]]:
    """The columns of metrics.csv."""
    with (out / "metrics.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def test_two_processes_at_the_same_global_batch_agree_with_one(
    phantom_folder: Path, tmp_path: Path, trainers: Trainers
) -> None:
    assert trainers.recipe("sgan").batch == 2
    due = ["--steps", "3", "--set", "record_every=1", "--set", "precision=32-true"]
    for devices in ("1", "2"):
        words = command("sgan", phantom_folder, tmp_path / devices, *due, "--devices", devices)
        subprocess.run(words, check=True, env=environment())
    alone, together = losses(tmp_path / "1"), losses(tmp_path / "2")
    assert alone["step"] == together["step"] == [1, 2, 3]
    # While the hinge is linear the last bias of a discriminator has no gradient but rounding, of
    # which Adam makes whole steps: what shifts all logits alike is the same to that extent only.
    for name in ("labels.d", "image.d", "image.features", "image.l1"):
        assert together[name] == pytest.approx(alone[name], rel=1e-4), name
    for name in ("labels.g", "image.g"):
        assert together[name] == pytest.approx(alone[name], abs=5e-3), name


def test_an_unsupervised_model_takes_its_labels_from_the_segmenter_that_it_was_given(
    phantom_folder: Path, tmp_path: Path
) -> None:
    run("segmenter", phantom_folder, tmp_path / "seer")
    network = load_recipe("segmenter", {"smoke": "true"}).segmenter
    assert network is not None
    more = {"segmenter.start": str(tmp_path / "seer")}
    more |= {"segmenter.widths": str(list(network.widths)), "segmenter.factor": str(network.factor)}
    run("unsupervised", phantom_folder, tmp_path / "run", **more)
    window = Region(-9, 30, 40, 50)
    near = Canvas(load(tmp_path / "run"))[window]
    assert near.classes.names == ("membrane", "mitochondrion")
    assert near.image is not None
    again = Canvas(load(tmp_path / "run"))[window.grow(20)].crop(window)
    assert np.array_equal(near.image, pixels(again))
    assert np.array_equal(near.masks, again.masks)


def test_a_run_goes_on_though_what_it_began_from_is_gone(
    phantom_folder: Path, tmp_path: Path
) -> None:
    run("labels", phantom_folder, tmp_path / "before", steps="2")
    start = {"labels.start": str(tmp_path / "before")}
    run("labels", phantom_folder, tmp_path / "whole", steps="4", **start)
    begun = {"steps": "4", "checkpoint_every": "2", **start}
    overrides = {"smoke": "true", **begun}
    stopped = train("labels", phantom_folder, tmp_path / "run", device="cpu", overrides=overrides)
    for _ in range(3):
        next(stopped)
    stopped.close()  # type: ignore[attr-defined]
    shutil.rmtree(tmp_path / "before")
    run("labels", phantom_folder, tmp_path / "run", **begun)
    whole, resumed = (tmp_path / name / "model" for name in ("whole", "run"))
    for name in ("weights.safetensors", "config.json"):
        assert (whole / name).read_bytes() == (resumed / name).read_bytes(), name
