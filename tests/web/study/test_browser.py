"""The study in a real browser, as people take part in it."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import needs_chromium
from tests.web.study.serving import Server, servers_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(
    phantom_folder: Path, made_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    words = ["study", "serve", "--real", str(phantom_folder), "--synthetic", str(made_folder)]
    words += ["--answers", str(folder / "answers.sqlite"), "--crop", "64", "--pages", "2"]
    with servers_of(words, folder) as servers:
        started = servers.start()
        yield started
        os.kill(started.process, signal.SIGKILL)


def answered(server: Server, code: str) -> list[bool]:
    """What somebody ticked on the pages that are answered, in order."""
    with closing(sqlite3.connect(server.answers)) as connection:
        rows = connection.execute(
            "SELECT ticked FROM tiles t JOIN participants ON number = t.participant "
            "JOIN pages g ON g.participant = number AND g.page = t.page "
            "WHERE code = ? AND NOT example AND answered IS NOT NULL ORDER BY t.page, place",
            (code,),
        ).fetchall()
    return [bool(ticked) for (ticked,) in rows]


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complains of: scripts, policies, missing files."""
    return []


@pytest.fixture
def page(chromium: Browser, server: Server, troubles: list[str]) -> Iterator[Page]:
    context = chromium.new_context(base_url=server.address)
    yield opened(context, troubles)
    context.close()
    assert not troubles


def opened(context: BrowserContext, troubles: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    return page


def begin(page: Page, code: str) -> None:
    page.goto("/")
    page.get_by_label("Participant code (leave empty").fill(code)
    page.get_by_label("Yes, I am an expert").check()
    page.get_by_label("I have read the text").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="To the first page").click()
    page.wait_for_url("**/page/1")


def tick(page: Page, number: int) -> None:
    with page.expect_response(re.compile("/draft/")):
        page.get_by_label(f"{number}: made by a program").check()


def send(page: Page, then: str) -> None:
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"**/{then}")


def test_a_person_takes_part_to_the_end_and_the_organiser_reads_the_results(
    page: Page, server: Server
) -> None:
    begin(page, "kim")
    for number, then in ((1, "page/2"), (2, "thanks")):
        assert page.get_by_role("heading", level=1).inner_text() == f"Page {number} of 2"
        page.wait_for_function(
            "[...document.querySelectorAll('.tile img')].every(i => i.naturalWidth === 64)"
        )
        tick(page, 3)
        send(page, then)
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    assert answered(server, "kim") == [k % 9 == 2 for k in range(18)]
    page.goto(server.admin)
    assert "token" not in page.url
    assert "made-by-secret-model" in page.get_by_role("table").inner_text()
    page.wait_for_function("document.querySelector('.results-figure').naturalWidth > 300")


def test_a_reload_in_the_middle_loses_no_tick(page: Page) -> None:
    begin(page, "max")
    for number in (2, 7):
        tick(page, number)
    before = page.locator(".tile img").evaluate_all("all => all.map(i => i.src)")
    page.reload()
    assert page.locator(".tile img").evaluate_all("all => all.map(i => i.src)") == before
    ticked = page.locator(".tile input").evaluate_all("all => all.map(i => i.checked)")
    assert [k + 1 for k, on in enumerate(ticked) if on] == [2, 7]


def test_the_keyboard_is_enough(page: Page, server: Server) -> None:
    page.goto("/")
    press_to(page, "#code")
    page.keyboard.type("lee")
    press_to(page, "#expert-yes")
    page.keyboard.press("ArrowDown")
    press_to(page, "#consent")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/training")
    press_to(page, "a.button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/1")
    press_to(page, "#tile-2")
    ring = "document.querySelector('#tile-2 + label')"
    assert page.evaluate(f"parseFloat(getComputedStyle({ring}).outlineWidth)") >= 3
    page.keyboard.press("Space")
    press_to(page, "form[data-draft] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/2")
    assert answered(server, "lee") == [False, True] + [False] * 7


def press_to(page: Page, selector: str) -> None:
    """Presses Tab until an element has the focus."""
    for _ in range(60):
        if page.evaluate(f"document.activeElement.matches('{selector}')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def test_it_works_without_script_and_fits_on_a_phone(
    chromium: Browser, server: Server, troubles: list[str]
) -> None:
    context = chromium.new_context(
        base_url=server.address,
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
    )
    page = opened(context, troubles)
    begin(page, "ann")
    for number, then in ((1, "page/2"), (2, "thanks")):
        boxes = [box.bounding_box() for box in page.locator(".tile label").all()]
        assert all(b and b["x"] >= 0 and b["x"] + b["width"] <= 360 for b in boxes)
        assert min(b["width"] for b in boxes if b) >= 150
        page.locator(".tile label").nth(number).tap()
        send(page, then)
    context.close()
    assert not troubles
    assert answered(server, "ann") == [k in (1, 11) for k in range(18)]
