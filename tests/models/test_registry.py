from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import CRN, write_tiny_model
from tissuegan.errors import UserError
from tissuegan.models import describe, load, registry, shipped


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf of shipped models of our own: the best and one more, and things that are none."""
    folder = tmp_path / "weights"
    write_tiny_model(folder / registry.BEST)
    write_tiny_model(folder / "another", labels=False, image=CRN)
    (folder / "notes").mkdir()
    (folder / "README.md").touch()
    monkeypatch.setattr(registry, "SHIPPED", folder)
    return folder


@pytest.mark.usefixtures("shelf")
def test_shipped_models_are_the_folders_that_hold_one() -> None:
    assert shipped() == ("another", registry.BEST)


@pytest.mark.usefixtures("shelf")
def test_the_best_model_is_the_one_without_a_name() -> None:
    assert load().name == registry.BEST
    assert load().digest == load(registry.BEST).digest


def test_nothing_is_shipped_where_there_is_no_shelf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SHIPPED", tmp_path / "nowhere")
    assert shipped() == ()
    with pytest.raises(UserError, match="none"):
        load()


def test_a_model_folder_and_a_run_folder_are_both_taken(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "run" / "model")
    by_run, by_folder = load(tmp_path / "run"), load(str(tmp_path / "run" / "model"))
    assert (by_run.name, by_folder.name) == ("run", "model")
    assert by_run.digest == by_folder.digest


def test_the_folder_one_is_in_has_a_name_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_tiny_model(tmp_path / "mine"))
    assert load(".").name == "mine"


@pytest.mark.usefixtures("shelf")
def test_an_unknown_model_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match=f"no model 'nothing'.*another, {registry.BEST}"):
        load("nothing")


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="neither a shipped model"):
        load(tmp_path)


def test_facts_are_those_of_the_card(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "mine")
    facts, model = describe(folder), load(folder)
    assert facts["name"] == "mine"
    assert facts["kind"] == "sgan"
    assert facts["makes"] == "labels; images"
    assert facts["classes"] == "wall, blob"
    assert facts["pixel size"] == "4.6 nm"
    assert facts["weights"] == f"sha256 {model.digest}"
    assert facts["steps"] == "0"
    assert model.labels is not None
    assert model.image is not None
    parts = (model.labels.generator, model.image.generator)
    assert facts["parameters"] == f"{sum(p.numel() for part in parts for p in part.parameters()):,}"


@pytest.mark.parametrize(
    ("labels", "image", "makes"),
    [(True, None, "labels"), (False, CRN, "images of given labels")],
)
def test_what_a_model_makes_is_told(labels: bool, image: None, makes: str, tmp_path: Path) -> None:
    assert describe(write_tiny_model(tmp_path, labels, image))["makes"] == makes
