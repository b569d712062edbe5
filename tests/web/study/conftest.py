from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from tests.web.study.visiting import Visitor
from tissuegan.io.phantom import write_phantom
from tissuegan.web.study.app import study_app
from tissuegan.web.study.fields import System
from tissuegan.web.study.plan import Study, plan
from tissuegan.web.study.sources import Mode, read_real, read_synthetic
from tissuegan.web.study.store import Store, open_store


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sections that play the part of a model's; not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "made-by-secret-model"
    for _ in write_phantom(folder, 2, (160, 192), 900):
        pass
    return folder


def small_study(real: Path, made: Path, mode: Mode = "image") -> Study:
    like = read_real(real, mode)
    found: list[System] = []
    for name in ("secret-model", "other-model"):
        for _ in read_synthetic(name, str(made), mode, like, 64, 7, found):
            pass
    return plan(like, found, mode, crop=64, pages=3, seed=7)


@pytest.fixture(scope="session")
def study(phantom_folder: Path, made_folder: Path) -> Study:
    """Three pages of images against two systems."""
    return small_study(phantom_folder, made_folder)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return tmp_path / "answers.sqlite"


@pytest.fixture
def store(study: Study, answers: Path) -> Iterator[Store]:
    opened = open_store(answers, study.settings)
    yield opened
    opened.close()


@pytest.fixture
def app(study: Study, store: Store, answers: Path) -> ASGIApp:
    return study_app(study, store, answers, "admin-secret")


@pytest.fixture
def visitor(app: ASGIApp) -> Visitor:
    return Visitor.of(app)
