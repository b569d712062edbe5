"""``tissuegan study``: ask people which tiles are real."""

from __future__ import annotations

import json
import secrets
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tissuegan.cli import values
from tissuegan.cli.progress import follow
from tissuegan.errors import UserError

if TYPE_CHECKING:
    from tissuegan.web.study.plan import Study

__all__ = ["app"]

SERVE = """\b
Examples:
  tissuegan study serve --real vnc --sections 10:20 --synthetic vnc-sgan --answers study.sqlite
  tissuegan study serve --real vnc --synthetic ours=runs/mine --synthetic theirs=tissue
    --answers study.sqlite --mode label --pages 5 --seed 7"""
RESULTS = """\b
Examples:
  tissuegan study results study.sqlite
  tissuegan study results study.sqlite --figure study.png --csv study.csv --answers-csv tiles.csv"""

app = typer.Typer(
    help="Ask people which tiles they think are synthetic.",
    epilog=SERVE,
    rich_markup_mode=None,
    suggest_commands=False,
)

CsvFile = Annotated[Path | None, typer.Option(metavar="FILE.csv", help="The table, in full.")]


@app.command("serve", epilog=SERVE)
def serve(
    *,
    real: Annotated[Path, typer.Option(metavar="DATASET", help="Real sections.")],
    synthetic: Annotated[
        list[str],
        typer.Option(
            metavar="SOURCE", help="A model or a dataset, or NAME=SOURCE; may be given again."
        ),
    ],
    answers: Annotated[
        Path, typer.Option(metavar="FILE.sqlite", help="Where answers go; made or gone on with.")
    ],
    mode: Annotated[
        Literal["image", "label", "pair"], typer.Option(help="What people see of a tile.")
    ] = "image",
    sections: Annotated[
        str | None, typer.Option(metavar="A:B", help="Which real sections; else all.")
    ] = None,
    pages: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="Of nine tiles, a participant.")
    ] = 10,
    crop: Annotated[
        int, typer.Option(metavar="N", min=0, max=4096, help="Side of a tile; 0: whole sections.")
    ] = 512,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=values.MAX_SEED, help="Of the draws; else a new one, recorded."
        ),
    ] = None,
    consent: Annotated[
        Path | None, typer.Option(metavar="FILE.txt", help="Your own text to agree to.")
    ] = None,
    host: Annotated[str, typer.Option(metavar="H", help="Address to serve at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="0: any free port.")
    ] = 8766,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Name of a proxy in front; may be given again."),
    ] = None,
) -> None:
    """Serve a study until it is interrupted; the same command goes on with it.

    Answers are in the file as soon as they are sent. Results are at the private address that is
    printed at the start, and come from `tissuegan study results` at any time.
    """
    text = _consent(consent)

    from tissuegan.web.security import LOOPBACK, is_loopback
    from tissuegan.web.serving import address, listening
    from tissuegan.web.serving import serve as served
    from tissuegan.web.study.app import study_app
    from tissuegan.web.study.reading import recorded_seed
    from tissuegan.web.study.store import open_store

    if seed is None and (seed := recorded_seed(answers)) is None:
        seed = secrets.randbits(32)
    study = _plan(real, synthetic, mode, values.parse_sections(sections), crop, pages, seed)
    store = open_store(answers, study.settings)
    token = secrets.token_urlsafe(24)
    hosts = (*LOOPBACK, host, *(allow_host or ())) if is_loopback(host) or allow_host else None
    with closing(store), listening(host, port) as listener:
        place = address(listener)
        typer.echo(f"Study: {place}  (seed {seed}, answers in {answers})")
        typer.echo(f"Results, for you alone: {place}/admin?token={token}")
        served(study_app(study, store, answers, token, text, hosts), listener)


def _consent(path: Path | None) -> str:
    from tissuegan.web.study.pages import CONSENT

    if path is None:
        return CONSENT
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(f"--consent {path} cannot be read; give a text file in UTF-8.") from None


def _plan(
    real: Path,
    synthetic: list[str],
    mode: Literal["image", "label", "pair"],
    sections: slice | None,
    crop: int,
    pages: int,
    seed: int,
) -> Study:
    from tissuegan.web.study.fields import System
    from tissuegan.web.study.plan import plan
    from tissuegan.web.study.sources import named, read_real, read_synthetic

    like = read_real(real, mode, sections)
    found: list[System] = []
    for name, source in map(named, synthetic):
        steps = read_synthetic(name, source, mode, like, crop, seed, found)
        follow(f"draw {name}", steps)
    return plan(like, found, mode, crop, pages, seed)


@app.command("results", epilog=RESULTS)
def results(
    answers: Annotated[Path, typer.Argument(metavar="FILE.sqlite", help="Of `study serve`.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
    csv: CsvFile = None,
    answers_csv: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Every answered tile, as a line.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Bars as in Fig. 9 of the paper.")
    ] = None,
) -> None:
    """Say how often synthetic tiles were taken for real, experts apart.

    A share near that of the real tiles, and d′ near 0, mean that people cannot tell them apart.
    """
    if figure is not None and figure.suffix.lower() != ".png":
        raise UserError(f"--figure {figure} is not a PNG file; end its name in .png")

    from tissuegan.io.files import write_atomically
    from tissuegan.web.study import report
    from tissuegan.web.study.reading import collected, tiles_csv

    found = collected(answers)
    if csv is not None:
        write_atomically(csv, report.results_csv(report.result_of(found)).encode())
    if answers_csv is not None:
        write_atomically(answers_csv, tiles_csv(answers).encode())
    if figure is not None:
        write_atomically(figure, report.figure_of(found))
    if as_json:
        typer.echo(json.dumps(report.results_json(found), indent=2))
    else:
        typer.echo("\n".join(report.lines(found)))
