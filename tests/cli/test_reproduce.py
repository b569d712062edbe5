from __future__ import annotations

import json
import re
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.cli.mistakes import Told
from tissuegan.cli import main

SYSTEMS = "labels,image,sgan"


@pytest.fixture(autouse=True, scope="module")
def quick() -> Any:
    """Two measures of all, and labels cut by a few pixels: this is about what goes on between."""
    from tissuegan.evaluation.measures.samples import SAMPLES
    from tissuegan.evaluation.measures.statistics import STATISTICS
    from tissuegan.reproduction import panel
    from tissuegan.training import calibrate, tones

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panel, "MEASURES", (SAMPLES, STATISTICS))
        patch.setattr(calibrate, "FIELDS", 2)
        patch.setattr(calibrate, "SIDE", 64)
        patch.setattr(tones, "FIELDS", 1)
        patch.setattr(tones, "SIDE", 64)
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two procedural sections, hardly larger than a patch: little to measure."""
    from tissuegan.io.phantom import write_phantom

    folder = tmp_path_factory.mktemp("phantom") / "small"
    for _ in write_phantom(folder, 2, (208, 208), 5):
        pass
    return folder


@pytest.fixture(scope="module")
def done(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reproduce") / "out"
    words = ["reproduce", "--data", str(small), "--out", str(out), "--systems", SYSTEMS]
    assert main([*words, "--also", str(small)]) == 0
    return out


def facts(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "reproduction.json").read_text(encoding="utf-8"))
    return found


def test_everything_is_written(done: Path) -> None:
    names = {path.name for path in done.iterdir()}
    assert names == {
        *("runs", "report", "figures"),
        *("results.md", "index.html", "reproduction.json"),
    }
    assert {path.name for path in (done / "runs").iterdir()} == set(SYSTEMS.split(","))


def test_the_record_says_what_each_system_cost(done: Path) -> None:
    systems = facts(done)["systems"]
    assert [systems[name]["steps"] for name in SYSTEMS.split(",")] == [8, 8, 0]
    assert systems["labels"]["seconds"] > 0
    assert systems["sgan"]["begins"] == {"labels": "labels", "image": "image"}
    assert "torch" in systems["image"]["hardware"][0]


def test_a_system_begins_from_the_runs_of_others(done: Path) -> None:
    import torch

    from tissuegan.models.card import read_model

    weights = {name: read_model(done / "runs" / name / "model")[1] for name in SYSTEMS.split(",")}
    for key, tensor in weights["sgan"].items():
        assert torch.equal(tensor, weights[key.partition(".")[0]][key])


def test_the_papers_numbers_stand_beside_ours(done: Path) -> None:
    lines = (done / "results.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    sizes = {row[0]: row for row in reversed(rows) if row[0] in ("sgan", "dsgan", "training")}
    assert sizes["sgan"][1] == "0.311"
    assert "n = " in sizes["sgan"][2]
    assert sizes["dsgan"][1:3] == ["0.310", "not trained"]
    assert any(row[0] == "small" and row[1] == "–" for row in rows)


def test_the_results_show_charts_and_pictures_by_their_files(done: Path) -> None:
    text = (done / "results.md").read_text(encoding="utf-8")
    files = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert {"figures/fig-16-sgan.svg", "report/figures/samples-image-sgan.png"} <= set(files)
    assert all((done / file).is_file() for file in files)
    assert len(files) == len(set(files))


def test_orderings_of_what_is_not_there_are_not_measured(done: Path) -> None:
    text = (done / "results.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if "labels above non-ms" in line)
    assert row.endswith("| – | – | not measured |")


def test_the_gradients_of_the_pairs_discriminator_are_measured(done: Path) -> None:
    looked = facts(done)["attention"]["sgan"]["attention"]
    assert list(looked["channels"]) == ["membrane", "mitochondrion", "image"]
    assert all(channel["mean"] > 0 for channel in looked["channels"].values())
    assert len(looked["scales"]) == 3
    assert [each["step"] for each in looked["on_the_way"]] == [4, 8]
    assert 0 < looked["share_of_image"] < 1
    assert (done / "figures" / "fig-16-sgan.svg").exists()


def test_images_of_one_set_of_labels_are_shown(done: Path) -> None:
    pictures = facts(done)["fixed"]["sgan"]["fixed"]["pictures"]
    assert set(pictures) == {"labels", "image"}
    assert all((done / "figures" / name).exists() for name in pictures.values())


def test_the_page_is_one_file_with_the_warning_of_its_budget(done: Path) -> None:
    text = (done / "index.html").read_text(encoding="utf-8")
    assert "figures mean nothing" in text
    assert 'src="figures' not in text
    assert "data:image/png;base64," in text


def test_the_page_shows_no_marks_of_markdown(done: Path) -> None:
    text = re.sub(r'src="data:[^"]*"', "", (done / "index.html").read_text(encoding="utf-8"))
    assert "<code>tissuegan study</code>" in text
    assert "`" not in text
    assert "**" not in text


def test_the_same_command_again_trains_nothing_and_gives_the_same_bytes(
    done: Path, small: Path
) -> None:
    from tissuegan.reproduction.reproduce import reproduce
    from tissuegan.reproduction.request import Request

    names = ("reproduction.json", "results.md", "index.html")
    before = [(done / name).read_bytes() for name in names]
    titles = []
    for stage in reproduce(Request(small, done, systems=SYSTEMS, also=(str(small),))):
        titles.append(stage.title)
        list(stage.steps)
    assert not [title for title in titles if title.startswith("train")]
    assert [(done / name).read_bytes() for name in names] == before


def test_a_killed_run_is_gone_on_with_and_ends_as_if_it_had_not_been_killed(
    done: Path, small: Path, tmp_path: Path
) -> None:
    from tissuegan.models.card import read_model
    from tissuegan.reproduction.plan import state_of
    from tissuegan.reproduction.reproduce import reproduce
    from tissuegan.reproduction.request import Request

    request = Request(small, tmp_path / "out", systems="labels")
    run = request.out / "runs" / "labels"
    assert state_of(run) == "absent"
    list(islice(next(reproduce(request)).steps, 6))
    assert state_of(run) == "begun"
    list(next(reproduce(request)).steps)
    assert state_of(run) == "finished"
    ended, undisturbed = (read_model(each / "model")[2] for each in (run, done / "runs" / "labels"))
    assert ended == undisturbed


def test_a_dry_run_tells_the_order_and_the_steps_and_writes_nothing(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["reproduce", "--data", str(small), "--out", str(tmp_path / "out")]
    assert main([*words, "--systems", "sgan", "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["labels", "image", "sgan"]
    assert all("steps of" in line and "to train" in line for line in lines)
    assert not (tmp_path / "out").exists()


def test_mistakes_are_told_in_one_sentence(
    done: Path, small: Path, tmp_path: Path, told: Told
) -> None:
    out = str(tmp_path / "out")
    assert "does not exist" in told("reproduce", "--data", str(tmp_path / "no"), "--out", out)
    words = ("reproduce", "--data", str(small), "--out")
    assert "'beauty'" in told(*words, out, "--systems", "beauty")
    assert "crop" in told(*words, out, "--budget", "cpu", "--systems", "labels", "--dry-run")
    assert not (tmp_path / "out").exists()
    assert "--budget smoke" in told(*words, str(done), "--budget", "cpu", "--systems", "labels")
    assert "--seed 0" in told(*words, str(done), "--seed", "3", "--systems", "labels")
    file = tmp_path / "file"
    file.touch()
    assert "is a file" in told(*words, str(file), "--systems", "labels")


def test_systems_begin_with_a_model_that_is_named_in_place_of_those_trained_here(
    done: Path, small: Path, tmp_path: Path, told: Told
) -> None:
    from tissuegan.models.card import read_model

    model, out = str(done / "runs" / "sgan"), tmp_path / "out"
    words = ("reproduce", "--data", str(small), "--out", str(out), "--systems", "sgan")
    assert main([*words, "--start", model]) == 0
    assert {path.name for path in (out / "runs").iterdir()} == {"sgan"}
    assert facts(out)["systems"]["sgan"]["begins"] == {"labels": "sgan", "image": "sgan"}
    assert f" --start {model}" in (out / "results.md").read_text(encoding="utf-8")
    ended, begun = (read_model(run / "runs" / "sgan" / "model")[2] for run in (out, done))
    assert ended == begun
    assert f"with --start {model}" in told(*words)
    assert "without --start" in told(*words[:4], str(done), *words[5:], "--start", model)
    other = tmp_path / "other"
    small_ones = (*words[:4], str(other), *words[5:], "--start", "vnc-sgan")
    assert "too small for the networks of vnc-sgan" in told(*small_ones)
    assert not other.exists()


def test_further_sources_and_judges_that_are_not_there_are_told_before_anything_is_trained(
    small: Path, tmp_path: Path, told: Told
) -> None:
    words = ["reproduce", "--data", str(small), "--out", str(tmp_path / "out"), "--dry-run"]
    assert "nope" in told(*words, "--also", "nope")
    assert "nope" in told(*words, "--judge", "nope")
    assert "does not segment" in told(*words, "--judge", "vnc-sgan")


def test_systems_of_images_are_refused_where_sections_have_none(
    small: Path, tmp_path: Path, told: Told
) -> None:
    shutil.copytree(small / "labels", tmp_path / "data" / "labels")
    words = ["reproduce", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    assert "learns from images" in told(*words, "--systems", "labels,image", "--dry-run")


def test_without_a_judge_none_is_named(done: Path) -> None:
    assert facts(done)["judge"] is None
    assert "Segmentation is judged" not in (done / "results.md").read_text(encoding="utf-8")


def test_images_of_real_labels_and_single_cells_are_shown(done: Path) -> None:
    found = facts(done)
    assert set(found["conditional"]) == {"sgan"}
    assert {"training", "held-out", "sgan"} <= set(found["cells"])
    rows = [found["conditional"]["sgan"]["real"], *(e["cells"] for e in found["cells"].values())]
    drawn = [row["pictures"]["row"] for row in rows if row]
    assert all((done / "figures" / name).is_file() for name in drawn)
    page = (done / "index.html").read_text(encoding="utf-8")
    assert "Images of real labels (Fig. 5)" in page
    assert page.count("Fig. 7: ") == len(drawn) - 1
