"""The organiser's page: results while answers come in, behind a token."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tissuegan.web.study.forms import html_response
from tissuegan.web.study.html import Html, document, html, joined
from tissuegan.web.study.reading import Collected, collected, tiles_csv

__all__ = ["admin_routes"]

Handler = Callable[[Request], Response]


def admin_routes(answers: Path, token: str) -> list[Route]:
    """``/admin`` and what is below it.

    Args:
        answers: the file of the study.
        token: a secret; ``/admin?token=...`` lets the browser in, and only so.
    """
    pages: dict[str, Handler] = {
        "": lambda _: html_response(_page(collected(answers))),
        "/numbers": lambda _: html_response(_numbers(collected(answers))),
        "/figure.png": lambda _: _file(_figure(answers), "image/png"),
        "/results.json": lambda _: _file(_json(answers), "application/json"),
        "/results.csv": lambda _: _file(_csv(answers), "text/csv", "results.csv"),
        "/answers.csv": lambda _: _file(tiles_csv(answers), "text/csv", "answers.csv"),
    }
    return [Route(f"/admin{path}", _guarded(page, token)) for path, page in pages.items()]


def _guarded(page: Handler, token: str) -> Handler:
    cookie = f"organiser-{sha256(token.encode()).hexdigest()[:8]}"  # one for each server of a host

    def guarded(request: Request) -> Response:
        given = request.query_params.get("token")
        if given is not None and _same(given, token):
            response = RedirectResponse("/admin", 303, headers={"cache-control": "no-store"})
            response.set_cookie(cookie, token, httponly=True, samesite="strict", path="/admin")
            return response
        if not _same(request.cookies.get(cookie, ""), token):
            raise HTTPException(403, "Open this page by the address that the server printed.")
        return page(request)

    return guarded


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _page(found: Collected) -> Html:
    body = html(
        """<h1>Results so far</h1>
<div class="choice"><input type="checkbox" id="following" checked>
<label for="following">Keep this page up to date</label></div>
<section data-live="/admin/numbers">{numbers}</section>
<p><a href="/admin/results.csv">Results as CSV</a> · <a href="/admin/results.json">as JSON</a> ·
<a href="/admin/answers.csv">Every answer as CSV</a></p>""",
        numbers=_numbers(found),
    )
    return document("Results of the study", body, narrow=False, script=True)


def _numbers(found: Collected) -> Html:
    from tissuegan.web.study.report import COLUMNS, result_of, rows

    table = rows(result_of(found))
    people = len({answer.participant for answer in found.answers})
    return html(
        """<p>{came} came, {people} answered, {pages} pages, seed {seed}, mode {mode}.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Results by system"><table>
<thead><tr>{head}</tr></thead>
<tbody>{rows}</tbody></table></div>
<p><img class="results-figure" src="/admin/figure.png?pages={pages}"
 alt="Bars of the table: mean share taken for real, by system, experts and others apart"></p>""",
        came=found.came,
        people=people,
        pages=found.pages,
        seed=found.seed,
        mode=found.mode,
        head=joined(html('<th scope="col">{name}</th>', name=name) for name in COLUMNS),
        rows=joined(_row(row) for row in table),
    )


def _row(cells: tuple[str, ...]) -> Html:
    return html(
        "<tr>{cells}</tr>\n", cells=joined(html("<td>{cell}</td>", cell=cell) for cell in cells)
    )


_DRAWING = threading.Lock()  # of figures, one at a time


def _figure(answers: Path) -> bytes:
    from tissuegan.web.study.report import figure_of

    with _DRAWING:
        return figure_of(collected(answers))


def _json(answers: Path) -> str:
    from tissuegan.web.study.report import results_json

    return json.dumps(results_json(collected(answers)), indent=2)


def _csv(answers: Path) -> str:
    from tissuegan.web.study.report import result_of, results_csv

    return results_csv(result_of(collected(answers)))


def _file(body: str | bytes, kind: str, name: str = "") -> Response:
    headers = {"cache-control": "no-store"}
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(body, media_type=kind, headers=headers)
