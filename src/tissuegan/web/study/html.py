"""HTML from plain values: everything that is put into a page is escaped, unless it is HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["Html", "document", "html", "joined"]


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(template: str, **values: object) -> Html:
    """A template with its ``{names}`` filled in; values that are not :class:`Html` are escaped."""
    safe = {k: v if isinstance(v, Html) else escape(str(v)) for k, v in values.items()}
    return Html(template.format(**safe))


def joined(parts: Iterable[Html]) -> Html:
    """Pieces of HTML one after the other."""
    return Html("".join(parts))


def document(title: str, body: Html, narrow: bool = True, script: bool = False) -> Html:
    """A whole page.

    Args:
        title: of the page; the browser shows it.
        body: what is in it.
        narrow: whether it is text to read rather than pictures.
        script: whether the page has something for the script to do.
    """
    return html(
        """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="/static/icon.svg">
<link rel="stylesheet" href="/static/base.css">
<link rel="stylesheet" href="/static/study.css">
{script}</head>
<body>
<a class="skip" href="#main">To the content</a>
<main id="main"{narrow}>
{body}
</main>
</body>
</html>
""",
        title=title,
        body=body,
        narrow=Html(' class="text"' if narrow else ""),
        script=Html('<script src="/static/study.js" defer></script>\n' if script else ""),
    )
