from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.web.serving import listening
from tissuegan.web.study.draws import draw_tiles
from tissuegan.web.study.fields import System
from tissuegan.web.study.plan import plan
from tissuegan.web.study.sources import read_real, read_synthetic
from tissuegan.web.study.store import open_store


@pytest.fixture
def answers(phantom_folder: Path, tmp_path: Path) -> Path:
    """Two people have answered one page each, of a study of real against real."""
    real = read_real(phantom_folder, "image")
    found: list[System] = []
    for _ in read_synthetic("copy", str(phantom_folder), "image", real, 64, 3, found):
        pass
    study = plan(real, found, "image", 64, 1, 3)
    store = open_store(tmp_path / "answers.sqlite", study.settings)
    for number in (1, 2):
        who = store.begin(f"form-{number}", "", number == 1)
        assert who is not None
        shown = store.show(who, 1, False, partial(draw_tiles, study, number, 1))
        store.answer(who, 1, frozenset(tile.token for tile in shown[:4]))
    store.close()
    return tmp_path / "answers.sqlite"


def test_results_are_a_table_and_json(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "results", str(answers)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 came, 2 answered, 2 pages of mode image"
    assert [line.split()[:2] for line in lines[2:4]] == [["all", "(real)"], ["all", "copy"]]
    assert main(["study", "results", str(answers), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["all"]["real_n"] + told["all"]["systems"][0]["n"] == 18
    assert (told["experts"]["participants"], told["others"]["participants"]) == (1, 1)


def test_results_are_written_as_csv_and_figure(answers: Path, tmp_path: Path) -> None:
    table, tiles, figure = (tmp_path / name for name in ("a.csv", "b.csv", "c.png"))
    words = ["study", "results", str(answers), "--csv", str(table), "--figure", str(figure)]
    assert main([*words, "--answers-csv", str(tiles)]) == 0
    rows = list(csv.DictReader(tiles.read_text("utf-8").splitlines()))
    assert len(rows) == 18
    assert sum(row["ticked"] == "1" for row in rows) == 8
    assert [row["group"] for row in csv.DictReader(table.read_text("utf-8").splitlines())] == [
        "all",
        "experts",
        "others",
    ]
    with Image.open(figure) as drawn:
        assert drawn.size[0] > 300


def test_mistakes_are_told_before_anything_is_served(
    told: Told, phantom_folder: Path, tmp_path: Path, answers: Path
) -> None:
    real = ["study", "serve", "--real", str(phantom_folder)]
    out = ["--answers", str(tmp_path / "new.sqlite")]
    same = ["--synthetic", str(phantom_folder)]
    assert "no source 'nothing'" in told(*real, "--synthetic", "nothing", *out)
    assert "--crop" in told(*real, *same, *out)
    assert "two synthetic" in told(*real, *same, *same, *out, "--crop", "64").lower()
    assert "--consent" in told(*real, *same, *out, "--consent", str(tmp_path))
    assert "other" in told(*real, *same, "--answers", str(answers), "--crop", "32")
    with listening("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        assert "--port" in told(*real, *same, *out, "--crop", "64", "--port", port)
    assert "does not exist" in told("study", "results", str(tmp_path / "nothing"))
    assert ".png" in told("study", "results", str(answers), "--figure", "figure.pdf")
