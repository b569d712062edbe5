"""The study as an ASGI app: consent, training, pages of nine tiles, thanks."""

from __future__ import annotations

import re
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tissuegan.errors import UserError
from tissuegan.web.security import LOOPBACK, Limits, secured
from tissuegan.web.study import pages
from tissuegan.web.study.admin import admin_routes
from tissuegan.web.study.draws import draw_examples, draw_tiles
from tissuegan.web.study.forms import Form, form_of, html_response, number_of
from tissuegan.web.study.pictures import tile_png
from tissuegan.web.study.plan import Study
from tissuegan.web.study.statics import static_routes
from tissuegan.web.study.store import Outcome, Participant, Shown, Store, StudyFullError

__all__ = ["study_app"]

LIMITS = Limits(body=16 << 10, rate=200.0, burst=2000)
_CODE = re.compile(r"[\w.-]{3,40}")
_MONTH = 30 * 24 * 3600
_KEPT = {"cache-control": "private, max-age=86400, immutable"}


def study_app(
    study: Study,
    store: Store,
    answers: Path,
    admin_token: str,
    consent: str = pages.CONSENT,
    hosts: tuple[str, ...] | None = LOOPBACK,
) -> ASGIApp:
    """The pages of a study.

    Args:
        study: what is shown.
        store: where answers go, opened on ``answers``.
        answers: the file, from which results are read.
        admin_token: opens the page of results.
        consent: plain text, paragraphs apart by empty lines.
        hosts: the names under which the server may be asked for; None for any.
    """
    site = _Site(study, store, consent, f"study-{store.identity}")
    routes = [
        Route("/", site.welcome),
        Route("/begin", site.begin, methods=["POST"]),
        Route("/resume", site.resume, methods=["POST"]),
        Route("/leave", site.leave, methods=["POST"]),
        Route("/training", site.training),
        Route("/page/{number}", site.page),
        Route("/page/{number}", site.answer, methods=["POST"]),
        Route("/draft/{number}", site.draft, methods=["POST"]),
        Route("/thanks", site.thanks),
        Route("/tile/{token}", site.tile),
        Route("/colour/{number}", site.colour),
        *admin_routes(answers, admin_token),
        *static_routes(("base.css", "study.css", "study.js", "icon.svg")),
    ]
    handlers = {
        HTTPException: _told,
        sqlite3.Error: _not_stored,
        UserError: _not_stored,  # the file was taken away
        StudyFullError: _full,
    }
    return secured(Starlette(routes=routes, exception_handlers=handlers), LIMITS, hosts)


@dataclass(frozen=True, eq=False)
class _Site:
    study: Study
    store: Store
    consent: str
    cookie: str

    def welcome(self, request: Request) -> Response:
        who = self._who(request)
        return self._welcome() if who is None else _see(self._place(who))

    async def begin(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._begin, request, form)

    def _begin(self, request: Request, form: Form) -> Response:
        code, name = _code(form.one("code")), form.one("form")
        if not 8 <= len(name) <= 64:
            raise HTTPException(400, "This form is not from here; load the page again.")
        wrong = _what_is_wrong(code, form)
        who = None if wrong else self.store.begin(name, code, form.one("expert") == "1")
        if who is None:
            told = wrong or (
                "Somebody has this code already. Choose another one; or, if it is yours, go on "
                "with it below."
            )
            return self._welcome(begin_error=told, code=code)
        return self._entered(request, who)

    async def resume(self, request: Request) -> Response:
        form = await form_of(request)
        code = _code(form.one("code"))
        who = await run_in_threadpool(self.store.by_code, code)
        if who is None:
            return self._welcome(resume_error="Nobody has begun with this code.", code=code)
        return self._entered(request, who)

    def leave(self, _: Request) -> Response:
        response = _see("/")
        response.delete_cookie(self.cookie)
        return response

    def training(self, request: Request) -> Response:
        who = self._who(request)
        if who is None:
            return _see("/")
        return html_response(pages.training(self.study, who, self._examples(who, 0)))

    def page(self, request: Request) -> Response:
        who, number = self._who(request), number_of(request)
        if who is None:
            return _see("/")
        current = self.store.next_page(who)
        if number != current or current > self.study.pages:
            return _see(self._place(who))
        shown = self._tiles(who, number)
        examples = self._examples(who, number)
        return html_response(pages.page(self.study, who, number, shown, examples))

    async def answer(self, request: Request) -> Response:
        return await self._take(request, self.store.answer, lambda who: _see(self._place(who)))

    async def draft(self, request: Request) -> Response:
        return await self._take(request, self.store.draft, lambda _: Response(status_code=204))

    async def _take(
        self,
        request: Request,
        keep: Callable[[Participant, int, frozenset[str]], Outcome],
        then: Callable[[Participant], Response],
    ) -> Response:
        form, number = await form_of(request), number_of(request)

        def taken() -> Response:
            who = self._who(request)
            if who is None:
                raise HTTPException(403, "You have left; go on with your participant code.")
            if keep(who, number, frozenset(form.all("synthetic"))) is Outcome.REFUSED:
                raise HTTPException(400, "These ticks do not belong to this page; load it again.")
            return then(who)

        return await run_in_threadpool(taken)

    def thanks(self, request: Request) -> Response:
        who = self._who(request)
        if who is None or self.store.next_page(who) <= self.study.pages:
            return _see("/")
        return html_response(pages.thanks(self.study, who))

    def tile(self, request: Request) -> Response:
        tile = self.store.tile(request.path_params["token"])
        if tile is None:
            raise HTTPException(404, "There is no such picture.")
        return Response(tile_png(self.study, tile), media_type="image/png", headers=_KEPT)

    def colour(self, request: Request) -> Response:
        colours = () if self.study.classes is None else self.study.classes.colours
        number = number_of(request)
        if number >= len(colours):
            raise HTTPException(404, "There is no such colour.")
        stream = BytesIO()
        Image.fromarray(np.full((16, 16, 3), colours[number], np.uint8)).save(stream, "PNG")
        return Response(stream.getvalue(), media_type="image/png", headers=_KEPT)

    def _who(self, request: Request) -> Participant | None:
        session = request.cookies.get(self.cookie, "")
        return self.store.by_session(session) if session else None

    def _entered(self, request: Request, who: Participant) -> Response:
        response = _see(self._place(who))
        response.set_cookie(
            self.cookie,
            who.session,
            max_age=_MONTH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def _place(self, who: Participant) -> str:
        """Where a participant is to go on."""
        page = self.store.next_page(who)
        if page > self.study.pages:
            return "/thanks"
        return "/training" if page == 1 and not self.store.has_seen(who) else f"/page/{page}"

    def _welcome(self, begin_error: str = "", resume_error: str = "", code: str = "") -> Response:
        name = secrets.token_urlsafe(16)
        text = pages.welcome(self.study, self.consent, name, begin_error, resume_error, code)
        return html_response(text, 422 if begin_error or resume_error else 200)

    def _tiles(self, who: Participant, page: int) -> tuple[Shown, ...]:
        return self.store.show(who, page, False, lambda: draw_tiles(self.study, who.number, page))

    def _examples(self, who: Participant, page: int) -> tuple[Shown, ...]:
        return self.store.show(who, page, True, lambda: draw_examples(self.study, who.number, page))


def _code(text: str) -> str:
    """A participant code as it is stored: however it is typed, it stays the same."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _what_is_wrong(code: str, form: Form) -> str:
    if code and not _CODE.fullmatch(code):
        return "A code has 3 to 40 letters, digits, dots, hyphens or underscores."
    if form.one("expert") not in ("0", "1"):
        return "Please say whether you work with electron microscope pictures of tissue."
    if form.one("consent") != "1":
        return "You can take part only if you agree to the text above."
    return ""


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303, headers={"cache-control": "no-store"})


def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found = {404: "There is no such page.", 405: "This is not how the page is asked for."}
    sentence = found.get(error.status_code, error.detail)
    if error.detail.endswith("."):
        sentence = error.detail
    return html_response(pages.trouble("This did not work", sentence), error.status_code)


def _not_stored(_: Request, __: Exception) -> Response:
    sentence = "The answers cannot be stored at the moment. Go back and send the page again."
    return html_response(pages.trouble("Not stored", sentence), 503)


def _full(_: Request, __: Exception) -> Response:
    return html_response(pages.trouble("Full", "The study takes no more participants."), 503)
