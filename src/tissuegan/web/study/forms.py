"""What browsers send, and how pages are sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tissuegan.web.study.html import Html

__all__ = ["Form", "form_of", "html_response", "number_of"]

_MOST_FIELDS = 32
_HEADERS = {
    "cache-control": "no-store",
    # with "no-referrer" browsers send forms with the origin "null", as foreign pages do
    "referrer-policy": "same-origin",
}


@dataclass(frozen=True)
class Form:
    """The fields of a form, each with all of its values."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """The first value of a field; "" where it was not sent."""
        return self.all(name)[0] if self.all(name) else ""

    def all(self, name: str) -> Sequence[str]:
        """Every value of a field."""
        return self.fields.get(name, ())


async def form_of(request: Request) -> Form:
    """The form in a request; HTTPException 415 for another type, 400 for what is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Only forms are taken here.")
    try:
        text = (await request.body()).decode("utf-8")
        fields = parse_qs(
            text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise HTTPException(400, "This is not a form from here.") from None
    return Form(fields)


def number_of(request: Request) -> int:
    """The number in a request's path; HTTPException 404 for anything else."""
    text = str(request.path_params["number"])
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise HTTPException(404, "There is no such page.")
    return int(text)


def html_response(page: Html, status: int = 200) -> Response:
    """A page as it is sent: never kept, so that going back never shows an old one."""
    return Response(str(page), status, dict(_HEADERS), media_type="text/html")
