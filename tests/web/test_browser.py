"""The viewer as a person uses it, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import zarr
from scipy import ndimage

from tests.web.conftest import Grid, needs_chromium, running
from tissuegan.editing import Edited
from tissuegan.region import Region
from tissuegan.web.exhibits import Exhibit
from tissuegan.web.viewer import viewer_app

WAIT = 60_000

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    exhibit = Exhibit("grid", lambda _seed: Grid(), True, Edited)
    with running(viewer_app(lambda: [exhibit, exhibit])) as started:
        yield started


@pytest.fixture
def page(chromium: Any, place: str) -> Iterator[Any]:
    opened = chromium.new_page(viewport={"width": 900, "height": 700})
    opened.set_default_timeout(WAIT)
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    opened.goto(f"{place}/#y=100&x=100&z=1&s=0&seed=3")
    settled(opened)
    yield opened
    opened.close()
    assert not wrong


def settled(page: Any, quiet: float = 0.4) -> None:
    """All tiles are there, and stay there for a moment."""
    page.wait_for_selector("body[data-waiting='0']", state="attached")
    time.sleep(quiet)
    page.wait_for_selector("body[data-waiting='0']", state="attached")


def go(page: Any, y: int, x: int, zoom: int = 1) -> None:
    page.goto(page.url.split("#")[0] + f"#y={y}&x={x}&z={zoom}&s=0&seed=3")
    page.wait_for_selector(f"#where:text-is('y {y}, x {x}')", state="attached")
    settled(page)


def seen(page: Any) -> bytes:
    page.locator("#pane-0 canvas").blur()
    shot: bytes = page.locator("#pane-0 canvas").screenshot()
    return shot


def drag(page: Any, start: tuple[int, int], stop: tuple[int, int]) -> None:
    """From a point to another, in pixels from the middle of the map."""
    box = page.locator("#pane-0 canvas").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle[0] + start[0], middle[1] + start[1])
    page.mouse.down()
    page.mouse.move(middle[0] + stop[0], middle[1] + stop[1], steps=8)
    page.mouse.up()


def pick(page: Any, x: int, y: int) -> str:
    page.click("#tool-pick")
    drag(page, (x, y), (x, y))
    page.wait_for_selector("#measures:not([hidden])")
    return str(page.inner_text("#measures"))


def test_far_away_and_back_are_the_same_pixels(page: Any) -> None:
    before = seen(page)
    drag(page, (0, 0), (150, 90))
    settled(page)
    assert seen(page) != before
    go(page, -(2**42), 2**40, 2)
    page.focus("#pane-0 canvas")
    for key in ("-", "ArrowLeft", "ArrowDown", "+"):
        page.keyboard.press(key)
    go(page, 100, 100)
    assert seen(page) == before


def test_a_wall_painted_across_a_cell_makes_two_of_it_and_undo_one(page: Any) -> None:
    assert "0.903" in pick(page, 60, 60)  # (190 pixels of 5 nm) squared, in square micrometres
    before = seen(page)
    page.click("#tool-paint")
    drag(page, (-120, 4), (120, 4))  # through the cell's middle, to a pixel
    page.wait_for_selector("#undo:enabled")
    settled(page)
    upper, lower = pick(page, 60, -50), pick(page, 60, 50)
    assert all("0.4" in told and "0.903" not in told for told in (upper, lower))
    link = page.url
    assert "&e=" in link
    page.keyboard.press("Control+z")
    page.wait_for_selector("#redo:enabled")
    settled(page)
    assert "0.903" in pick(page, 60, 60)
    assert seen(page) == before
    page.goto(link)  # the link has the stroke in it
    page.reload()
    page.wait_for_selector("#undo:enabled")
    settled(page)
    assert "0.4" in pick(page, 60, 50)


def test_a_link_that_is_followed_while_the_map_moves_is_not_written_over(page: Any) -> None:
    page.click("#in")  # its link is written a tenth of a second later
    page.evaluate(
        "history.pushState(null, '', '#y=60&x=60&z=1&s=0&seed=3')"
    )  # its event is to come
    page.wait_for_timeout(500)
    assert "#y=60&x=60" in page.url
    page.evaluate("dispatchEvent(new HashChangeEvent('hashchange', { newURL: location.href }))")
    settled(page)
    assert "y 60, x 60" in page.inner_text("#where")


def test_two_sources_move_together(page: Any) -> None:
    page.select_option("#beside", "1")
    page.wait_for_selector("#pane-1 canvas", state="visible")
    settled(page)
    other = page.locator("#pane-1 canvas")
    before = other.screenshot()
    drag(page, (0, 0), (70, 30))
    settled(page)
    assert other.screenshot() != before


def test_there_is_a_scale_bar_and_a_phone_can_show_it_all(page: Any) -> None:
    assert page.get_attribute("#pane-0 canvas", "data-scale") == "500 nm"
    page.set_viewport_size({"width": 390, "height": 800})
    settled(page)
    box = page.locator("#pane-0 canvas").bounding_box()
    assert box["height"] > 250
    wide = page.locator("body").bounding_box()
    assert wide["width"] <= 390


def test_the_grid_is_what_it_says() -> None:
    cells = ndimage.label(~Grid()[Region(0, 0, 410, 410)].masks[0])[0]
    assert np.bincount(cells.ravel())[1] == 190**2


def test_the_link_for_other_programs_is_of_what_is_seen(page: Any, place: str) -> None:
    from playwright.sync_api import expect

    window = "0/0/2048/2048/tissue.ome.zarr"
    link = page.locator("#zarr")
    expect(link).to_have_value(f"{place}/zarr/0/3/none/{window}", timeout=WAIT)
    page.click("#tool-paint")
    drag(page, (-120, 0), (120, 0))
    expect(link).to_have_value(re.compile(f"/zarr/0/3/[0-9a-f]+/{window}"), timeout=WAIT)
    array = zarr.open_array(link.input_value(), path="labels/wall/0", mode="r")
    assert np.asarray(array[100, 20:190]).all()
