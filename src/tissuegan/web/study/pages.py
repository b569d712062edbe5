"""The pages that participants see; none says whether a tile to be judged is real."""

from __future__ import annotations

from collections.abc import Sequence

from tissuegan.evaluation.answers import REAL
from tissuegan.web.study.html import Html, document, html, joined
from tissuegan.web.study.plan import TILES, Study
from tissuegan.web.study.store import Participant, Shown

__all__ = ["CONSENT", "page", "thanks", "training", "trouble", "welcome"]

CONSENT = """\
You will be shown pictures of tissue under the electron microscope. Some are real, some were made
by a computer program. You are asked to say which you think were made by a program.

Taking part is voluntary and you may stop at any time by closing the page. Your participant code,
whether you are an expert, your ticks and the times of your pages are stored, and nothing else: no
name, no address, no other trace of your device. Do not use your name as the code.

Answers are analysed together and may be published in a form that does not tell who gave them.
"""

_WELCOME = """\
<h1>Which {noun}s are real?</h1>
{consent}
<p>There are {pages} pages with {tiles} {noun}s each. You can stop after any page and go on later
with your code.</p>
<section class="panel">
<h2>Take part</h2>
{begin_error}<form method="post" action="/begin">
<input type="hidden" name="form" value="{form}">
<div class="row"><label for="code">Participant code (leave empty to be given one)</label>
<input type="text" id="code" name="code" value="{begin_code}" maxlength="40" autocomplete="off"
 autocapitalize="none" spellcheck="false" aria-describedby="code-help"{begin_invalid}>
<span class="quiet" id="code-help">Letters, digits, dot, hyphen; not your name.</span></div>
<fieldset class="row">
<legend>Do you work with electron microscope pictures of tissue?</legend>
<div class="choice"><input type="radio" id="expert-yes" name="expert" value="1" required>
<label for="expert-yes">Yes, I am an expert</label></div>
<div class="choice"><input type="radio" id="expert-no" name="expert" value="0" required>
<label for="expert-no">No</label></div>
</fieldset>
<div class="choice row"><input type="checkbox" id="consent" name="consent" value="1" required>
<label for="consent">I have read the text above and agree to take part.</label></div>
<div class="actions"><button class="main">Begin</button></div>
</form>
</section>
<section>
<h2>Go on</h2>
{resume_error}<form method="post" action="/resume">
<div class="row"><label for="resume-code">You have begun before? Your participant code</label>
<input type="text" id="resume-code" name="code" value="{resume_code}" maxlength="40" required
 autocomplete="off" autocapitalize="none" spellcheck="false"{resume_invalid}></div>
<div class="actions"><button>Go on</button></div>
</form>
</section>"""

_NOUNS = {"image": "picture", "label": "drawing", "pair": "pair"}


def welcome(
    study: Study,
    consent: str,
    form: str,
    begin_error: str = "",
    resume_error: str = "",
    code: str = "",
) -> Html:
    """Consent, a form to begin and a form to go on.

    Args:
        study: what is shown.
        consent: paragraphs apart by empty lines.
        form: name of the form, for sending it twice.
        begin_error: what was wrong with the form to begin.
        resume_error: what was wrong with the form to go on.
        code: what was typed.
    """
    body = html(
        _WELCOME,
        noun=_NOUNS[study.mode],
        consent=paragraphs(consent),
        pages=study.pages,
        tiles=TILES,
        form=form,
        begin_error=_alert("begin-error", begin_error),
        begin_invalid=_invalid("begin-error", begin_error),
        begin_code=code if begin_error else "",
        resume_error=_alert("resume-error", resume_error),
        resume_invalid=_invalid("resume-error", resume_error),
        resume_code=code if resume_error else "",
    )
    wrong = begin_error or resume_error
    return document(f"{'Not yet: ' if wrong else ''}Which {_NOUNS[study.mode]}s are real?", body)


def training(study: Study, who: Participant, shown: Sequence[Shown]) -> Html:
    """The code to keep, what to do, and labelled examples."""
    body = html(
        """<h1>Before you begin</h1>
<p>Your participant code, to go on later: <strong class="code">{code}</strong></p>
<p>Here are real {noun}s and {noun}s made by a program. On the pages that follow, about half of
the {noun}s are real. <strong>Tick those that you think were made by a program</strong>, and leave
the real ones. There may be any number of either on a page. You are not told whether you were
right.</p>
{legend}
{examples}
<div class="actions"><a class="button main" href="/page/1">To the first page</a>{leave}</div>""",
        code=who.code,
        noun=_NOUNS[study.mode],
        legend=_legend(study),
        examples=_examples(study, shown),
        leave=_leave(),
    )
    return document("Before you begin", body, narrow=False)


def page(
    study: Study,
    who: Participant,
    number: int,
    shown: Sequence[Shown],
    examples: Sequence[Shown],
) -> Html:
    """Nine tiles to be judged, with new labelled examples at hand."""
    body = html(
        """<div class="top"><h1>Page {number} of {pages}</h1>
<progress max="{pages}" value="{done}" aria-label="Pages done">{done} of {pages}</progress></div>
<details><summary>Show labelled examples</summary>
{examples}</details>
<form method="post" action="/page/{number}" data-draft="/draft/{number}">
<fieldset aria-describedby="task">
<legend>Which {noun}s were made by a program?</legend>
<p id="task">Tick each {noun} that you think was made by a program; leave the real ones.</p>
{legend}
<ul class="tiles{kind}">{tiles}</ul>
</fieldset>
<div class="actions"><button class="main">{send}</button>
<span class="quiet" id="kept" role="status"></span></div>
</form>
<div class="actions"><span class="quiet">Your code: {code}</span>{leave}</div>""",
        number=number,
        pages=study.pages,
        done=number - 1,
        noun=_NOUNS[study.mode],
        legend=_legend(study),
        kind=" pair" if study.mode == "pair" else "",
        tiles=joined(_tile(study, place, tile) for place, tile in enumerate(shown, start=1)),
        examples=_examples(study, examples, lazy=True),
        send="Send and finish" if number == study.pages else "Send and go on",
        code=who.code,
        leave=_leave(),
    )
    return document(f"Page {number} of {study.pages}", body, narrow=False, script=True)


def thanks(study: Study, who: Participant) -> Html:
    """The end."""
    body = html(
        """<h1>Thank you</h1>
<p>All {pages} pages are answered and stored, under the code <strong class="code">{code}</strong>.
You can close this page.</p>
<div class="actions">{leave}</div>""",
        pages=study.pages,
        code=who.code,
        leave=_leave(),
    )
    return document("Thank you", body)


def trouble(title: str, sentence: str) -> Html:
    """What went wrong, and a way back."""
    body = html(
        """<h1>{title}</h1>
<p>{sentence}</p>
<p><a href="/">To the study</a></p>""",
        title=title,
        sentence=sentence,
    )
    return document(title, body)


def paragraphs(text: str) -> Html:
    """Plain text whose paragraphs are apart by empty lines."""
    blocks = [" ".join(block.split()) for block in text.replace("\r", "").split("\n\n")]
    return joined(html("<p>{block}</p>\n", block=block) for block in blocks if block)


def _tile(study: Study, place: int, shown: Shown) -> Html:
    return html(
        """<li class="tile"><input type="checkbox" id="tile-{place}" name="synthetic"
 value="{token}"{checked}>
<label for="tile-{place}"><img src="/tile/{token}" alt="" width="{width}" height="{height}">
<span>{place}: made by a program</span></label>
<a class="larger" href="/tile/{token}" target="_blank" rel="noopener">Larger<span class="unseen">
 {noun} {place}, in a new tab</span></a></li>""",
        place=place,
        token=shown.token,
        checked=Html(" checked" if shown.ticked else ""),
        noun=_NOUNS[study.mode],
        **_size(study),
    )


def _examples(study: Study, shown: Sequence[Shown], lazy: bool = False) -> Html:
    real = [tile for tile in shown if tile.tile.system == REAL]
    made = [tile for tile in shown if tile.tile.system != REAL]
    kind = " pair" if study.mode == "pair" else " four"
    return joined(
        html(
            '<h2>{title}</h2>\n<ul class="tiles{kind}">{tiles}</ul>\n',
            title=title,
            kind=kind,
            tiles=joined(_example(study, title, k, s, lazy) for k, s in enumerate(tiles, start=1)),
        )
        for title, tiles in (("Real", real), ("Made by a program", made))
    )


def _example(study: Study, title: str, number: int, shown: Shown, lazy: bool) -> Html:
    return html(
        '<li class="example"><img src="/tile/{token}" alt="{title}, example {number}"'
        '{lazy} width="{width}" height="{height}"></li>',
        token=shown.token,
        title=title,
        number=number,
        lazy=Html(' loading="lazy"' if lazy else ""),
        **_size(study),
    )


def _size(study: Study) -> dict[str, int]:
    return {"width": study.crop * (2 if study.mode == "pair" else 1), "height": study.crop}


def _legend(study: Study) -> Html:
    """What the colours of the drawings stand for, as pictures: styles are not written in pages."""
    if study.classes is None:
        return Html("")
    swatches = joined(
        html(
            '<span><img class="swatch" src="/colour/{k}" alt="" width="16" height="16"> '
            "{name}</span>\n",
            k=k,
            name=name,
        )
        for k, name in enumerate(study.classes.names)
    )
    sides = "Left a drawing, right the picture of the same tissue. " if study.mode == "pair" else ""
    return html(
        '<p>{sides}Colours of the drawings:</p>\n<p class="legend">{swatches}</p>',
        sides=sides,
        swatches=swatches,
    )


def _alert(name: str, sentence: str) -> Html:
    if not sentence:
        return Html("")
    return html(
        '<p class="alert" role="alert" id="{name}">{sentence}</p>\n', name=name, sentence=sentence
    )


def _invalid(name: str, sentence: str) -> Html:
    return Html(f' aria-invalid="true" aria-errormessage="{name}" autofocus' if sentence else "")


def _leave() -> Html:
    return Html(
        '<form method="post" action="/leave"><button class="quiet-button">'
        "Stop here, or let somebody else take part</button></form>"
    )
