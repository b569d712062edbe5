from __future__ import annotations

import csv
import json
import re
import sqlite3
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from PIL import Image
from starlette.types import ASGIApp

from tests.web.study.conftest import small_study
from tests.web.study.visiting import PICTURE, Visitor
from tissuegan.web.study.app import study_app
from tissuegan.web.study.plan import Study
from tissuegan.web.study.reading import collected
from tissuegan.web.study.store import Store, open_store


def finish(visitor: Visitor, pages: int = 3) -> str:
    """Answers every page, ticking the first tile; the last page's text."""
    text = ""
    for number in range(1, pages + 1):
        text = visitor.send(number, visitor.tokens(number)[:1]).text
    return text


def test_a_participant_goes_from_consent_to_thanks(visitor: Visitor, answers: Path) -> None:
    assert visitor.begin("kim", expert="1").url.path == "/training"
    assert len(visitor.tokens(1)) == 9
    assert "Thank you" in finish(visitor)
    found = collected(answers)
    assert (found.came, found.pages, len(found.answers)) == (1, 3, 27)
    assert sum(answer.ticked for answer in found.answers) == 3
    assert visitor.client.get("/").url.path == "/thanks"
    assert visitor.client.get("/page/1").url.path == "/thanks"


def test_truth_stays_off_the_page(visitor: Visitor, phantom_folder: Path) -> None:
    texts = [visitor.begin("kim").text]
    for number in (1, 2, 3):
        texts.append(visitor.client.get(f"/page/{number}").text)
        texts.append(visitor.send(number, []).text)
    told = "".join(texts).lower()
    for word in ("secret", "other-model", "phantom", str(phantom_folder).lower(), "system"):
        assert word not in told
    page = texts[1]
    tiles = re.findall(r'<li class="tile">.*?</li>', page, re.DOTALL)
    patterns = {re.sub(r"tile-\d|/tile/[\w-]+|value=\"[\w-]+\"|\d:| \d,", "", t) for t in tiles}
    assert len(tiles) == 9
    assert len(patterns) == 1


def test_pictures_come_without_a_hint(visitor: Visitor, study: Study, store: Store) -> None:
    visitor.begin()
    tokens = visitor.tokens(1)
    answers = [visitor.client.get(f"/tile/{token}") for token in tokens]
    assert {a.headers["content-type"] for a in answers} == {"image/png"}
    names = [sorted(set(a.headers) - {"content-length"}) for a in answers]
    assert names == [names[0]] * 9
    assert {Image.open(BytesIO(a.content)).size for a in answers} == {(study.crop, study.crop)}
    assert {store.tile(token) is None for token in tokens} == {False}
    assert visitor.client.get("/tile/nothing").status_code == 404


def test_a_reload_shows_the_same_tiles_and_keeps_the_ticks(visitor: Visitor) -> None:
    visitor.begin()
    tokens = visitor.tokens(1)
    assert visitor.send(1, tokens[4:6], "draft").status_code == 204
    assert visitor.tokens(1) == tokens
    assert visitor.ticked(1) == tokens[4:6]


def test_who_comes_back_goes_on_with_the_code(app: ASGIApp, visitor: Visitor) -> None:
    visitor.begin("Kim-1")
    visitor.send(1, visitor.tokens(1)[:2])
    tokens = visitor.tokens(2)
    other = Visitor.of(app)
    assert other.client.post("/resume", data={"code": "  KIM-1 "}).url.path == "/page/2"
    assert other.tokens(2) == tokens
    assert visitor.client.post("/leave").url.path == "/"
    assert visitor.client.get("/page/2").url.path == "/"
    answer = visitor.client.post("/resume", data={"code": "nobody"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_everything_sent_twice_counts_once(visitor: Visitor, answers: Path) -> None:
    name = visitor.form_name()
    for _ in range(2):
        assert visitor.begin("kim", form=name).url.path == "/training"
    tokens = visitor.tokens(1)
    for ticked in (tokens[:1], tokens[:5]):
        assert visitor.send(1, ticked).url.path == "/page/2"
    found = collected(answers)
    assert (found.came, found.pages, sum(a.ticked for a in found.answers)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"consent": ""}, "agree"),
        ({"expert": "perhaps"}, "whether you work"),
        ({"code": "x"}, "3 to 40"),
        ({"code": "<b>kim</b>"}, "3 to 40"),
    ],
)
def test_what_is_missing_is_told_beside_the_form(
    changed: dict[str, str], told: str, visitor: Visitor, answers: Path
) -> None:
    answer = visitor.begin(**changed)
    assert answer.status_code == 422
    alert = re.search(r'role="alert"[^>]*>([^<]*)', answer.text)
    assert alert is not None
    assert told in alert[1]
    assert "<b>kim" not in answer.text
    assert collected(answers).came == 0


def test_a_code_that_is_taken_is_told(app: ASGIApp, visitor: Visitor) -> None:
    visitor.begin("kim")
    answer = Visitor.of(app).begin("kim")
    assert answer.status_code == 422
    assert "already" in answer.text


def test_pages_cannot_be_skipped_or_answered_for_others(app: ASGIApp, visitor: Visitor) -> None:
    visitor.begin()
    other = Visitor.of(app)
    assert other.client.get("/page/1").url.path == "/"
    assert other.send(1, []).status_code == 403
    other.begin()
    tokens = visitor.tokens(1)
    assert other.tokens(1) != tokens
    assert other.send(1, tokens).status_code == 400
    assert visitor.client.get("/page/3").url.path == "/page/1"
    assert visitor.send(3, []).status_code == 400
    assert visitor.client.get("/thanks").url.path != "/thanks"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/page/0x1", 404),
        ("/page/" + "9" * 5000, 404),
        ("/page/-1", 404),
        ("/tile/..%2f..%2fetc%2fpasswd", 404),
        ("/static/../study.py", 404),
        ("/static/nothing.css", 404),
        ("/begin", 405),
        ("/colour/0", 404),
        ("/%00", 404),
        ("/admin", 403),
        ("/admin/answers.csv", 403),
        ("/admin?token=wrong", 403),
        ("/admin?token=%ff%00", 403),
    ],
)
def test_hostile_addresses_get_an_answer_in_the_400s(
    path: str, status: int, visitor: Visitor
) -> None:
    visitor.begin()
    answer = visitor.client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"synthetic=" + b"x" * 20000, "application/x-www-form-urlencoded", 413),
        (b"&".join([b"synthetic=x"] * 40), "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe=%ff", "application/x-www-form-urlencoded", 400),
        (b"synthetic=%ed%a0%80", "application/x-www-form-urlencoded", 400),
        (b"synthetic=%00", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
        (b"", "", 415),
    ],
)
def test_hostile_forms_get_an_answer_in_the_400s(
    body: bytes, kind: str, status: int, visitor: Visitor
) -> None:
    visitor.begin()
    tokens = visitor.tokens(1)
    answer = visitor.client.post("/page/1", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert visitor.tokens(1) == tokens


def test_forms_from_other_sites_are_refused(visitor: Visitor) -> None:
    for origin in ("https://elsewhere.example", "null"):
        answer = visitor.client.post("/leave", headers={"origin": origin})
        assert answer.status_code == 403


def test_pages_allow_nothing_from_elsewhere_and_are_never_kept(visitor: Visitor) -> None:
    answer = visitor.begin()
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    for text in (answer.text, visitor.client.get("/page/1").text):
        assert not re.search(r'style="|<style|<script>| on\w+="|https?://', text)


def test_a_disk_that_is_full_is_told_and_the_server_lives_on(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.begin()
    tokens = visitor.tokens(1)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as context:
        context.setattr(type(store), "answer", full)
        answer = visitor.send(1, tokens[:1])
    assert answer.status_code == 503
    assert "cannot be stored" in answer.text
    assert visitor.send(1, tokens[:1]).url.path == "/page/2"


def test_the_organiser_sees_results_with_the_token_alone(visitor: Visitor) -> None:
    visitor.begin(expert="1")
    finish(visitor)
    assert visitor.client.get("/admin").status_code == 403
    page = visitor.client.get("/admin?token=admin-secret")
    assert page.url.path == "/admin"
    assert "token" not in str(page.url)
    assert "secret-model" in page.text
    assert "1 answered, 3 pages" in page.text
    figure = visitor.client.get("/admin/figure.png")
    assert Image.open(BytesIO(figure.content)).format == "PNG"
    told = json.loads(visitor.client.get("/admin/results.json").text)
    shown = sum(s["n"] for s in told["all"]["systems"]) + told["all"]["real_n"]
    assert shown == 27
    rows = list(csv.DictReader(StringIO(visitor.client.get("/admin/results.csv").text)))
    assert [(r["group"], r["name"]) for r in rows[:2]] == [
        ("all", "secret-model"),
        ("all", "other-model"),
    ]
    assert rows[0]["n"] == str(told["all"]["systems"][0]["n"])
    assert rows[0]["wilson_low"] == str(told["all"]["systems"][0]["wilson"][0])
    assert rows[0]["bootstrap_low"] == ""
    assert len(visitor.client.get("/admin/answers.csv").text.splitlines()) == 28


def test_results_are_told_before_anybody_came(visitor: Visitor) -> None:
    page = visitor.client.get("/admin?token=admin-secret")
    assert "0 came, 0 answered" in page.text
    assert visitor.client.get("/admin/figure.png").status_code == 200
    assert visitor.client.get("/admin/results.csv").status_code == 200


@pytest.mark.parametrize("mode", ["label", "pair"])
def test_drawings_come_with_the_meaning_of_their_colours(
    mode: str, phantom_folder: Path, made_folder: Path, answers: Path
) -> None:
    study = small_study(phantom_folder, made_folder, "label" if mode == "label" else "pair")
    store = open_store(answers, study.settings)
    visitor = Visitor.of(study_app(study, store, answers, "secret"))
    visitor.begin()
    text = visitor.client.get("/page/1").text
    assert "membrane" in text
    assert len(PICTURE.findall(text)) == 9 + 2 * study.examples_of_each
    colour = Image.open(BytesIO(visitor.client.get("/colour/0").content))
    assert colour.getpixel((3, 3)) == (213, 94, 0)
    store.close()


def test_the_organisers_own_text_is_shown_and_escaped(
    study: Study, store: Store, answers: Path
) -> None:
    app = study_app(study, store, answers, "secret", "Our <text>.\n\nAsk Dr. K.")
    text = Visitor.of(app).client.get("/").text
    assert "<p>Our &lt;text&gt;.</p>\n<p>Ask Dr. K.</p>" in text
