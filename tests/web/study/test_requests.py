"""Requests made up from a description of the study's interface, and against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.conftest import running
from tests.web.describing import BOUNDED, TEXT, described, operation
from tests.web.study.conftest import small_study
from tissuegan.web.study.app import study_app
from tissuegan.web.study.store import open_store

FORM = {
    "type": "object",
    "properties": dict.fromkeys(("form", "code", "expert", "consent", "synthetic", "token"), TEXT),
}
FILLED = {"content": {"application/x-www-form-urlencoded": {"schema": FORM}}}
SCHEMA = described(
    {
        "/begin": {"post": operation(requestBody=FILLED)},
        "/resume": {"post": operation(requestBody=FILLED)},
        "/leave": {"post": operation(requestBody=FILLED)},
        "/page/{number}": {
            "get": operation("number"),
            "post": operation("number", requestBody=FILLED),
        },
        "/draft/{number}": {"post": operation("number", requestBody=FILLED)},
        "/tile/{token}": {"get": operation("token")},
        "/colour/{number}": {"get": operation("number")},
        "/admin{token}": {"get": operation("token")},
    }
)


@pytest.fixture(scope="module")
def served(
    phantom_folder: Path, made_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    study = small_study(phantom_folder, made_folder)
    answers = tmp_path_factory.mktemp("asked") / "answers.sqlite"
    with closing(open_store(answers, study.settings)) as store:
        app = study_app(study, store, answers, "admin-secret")
        with running(app) as place:
            yield place


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@BOUNDED
def test_the_study_answers_whatever_it_is_asked(case: Any, served: str) -> None:
    assert case.call(base_url=served, allow_redirects=False).status_code < 500
    assert httpx.get(f"{served}/").status_code == 200
