"""The whole reproduction, stage by stage: train, measure, write."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tissuegan.data import load_labels
from tissuegan.errors import UserError
from tissuegan.evaluation.panel import Json
from tissuegan.io.evaluate import METRICS, report, with_files
from tissuegan.io.files import write_atomically
from tissuegan.io.subjects import default_halves
from tissuegan.progress import Progress
from tissuegan.reproduction import diversity, gradients, rendered, single
from tissuegan.reproduction.budget import budgets
from tissuegan.reproduction.figures import charts, pictures
from tissuegan.reproduction.hardware import spent
from tissuegan.reproduction.page import page
from tissuegan.reproduction.panel import measures, panel
from tissuegan.reproduction.plan import RUNS, Item, state_of
from tissuegan.reproduction.refusals import refuse, refuse_device
from tissuegan.reproduction.request import Request
from tissuegan.reproduction.results import RECORD, paper_tables, read
from tissuegan.reproduction.results import page as results
from tissuegan.training import train
from tissuegan.version import __version__

REPORT, RESULTS, PAGE, FIGURES = "report", "results.md", "index.html", "figures"
SCHEMA = 1
JUDGE = "segmenter"


@dataclass(frozen=True)
class Stage:
    """A part of the work with a title."""

    title: str
    steps: Iterable[Progress]


def reproduce(request: Request) -> Iterator[Stage]:
    """Everything, a stage at a time; each is to be carried out before the next is asked for.

    Writes ``runs/NAME`` for each system, ``report/``, ``reproduction.json``, ``results.md``,
    ``figures/`` and ``index.html`` below ``request.out``. What is there already is not made again.

    Raises:
        UserError: the folder is another reproduction's, or a part of the work cannot be done.
    """
    items = request.plan()
    sections = load_labels(request.data)
    halves = default_halves(len(sections))
    refuse_device(request, items)
    refuse(request, items, sections[halves[0]])
    refuse_other(request)
    for item in items:
        if item.state != "finished":
            yield Stage(f"train {item.name}", _trained(item, request, halves[0]))
    found: Json = {}
    yield from _measured(request, halves[0], found)
    write(request, found)


def rehearsed(request: Request) -> tuple[Item, ...]:
    """What would be trained, in order.

    Raises:
        UserError: the sections cannot be read, or a system does not fit them.
    """
    items, sections = request.plan(), load_labels(request.data)
    refuse(request, items, sections[default_halves(len(sections))[0]])
    return items


def _trained(item: Item, request: Request, sections: slice) -> Iterator[Progress]:
    device = budgets().budgets[request.budget].device
    recipe = budgets().systems[item.name].recipe
    data, run = request.data, item.run
    steps = train(recipe, data, run, sections, device=device, overrides=item.changes)
    return gradients.watched(steps, item, str(data), sections, request.seed)


def _measured(request: Request, sections: slice, found: Json) -> Iterator[Stage]:
    budget = budgets().budgets[request.budget]
    items = [item for item in request.plan() if item.name in request.names]
    data, folder = str(request.data), request.out / REPORT
    everyone = panel(data, items, request.also, budget, folder, request.seed)
    judges = measures(_judge(request))
    found["systems"] = {item.name: spent(item) for item in items}
    yield Stage("evaluate", report(everyone, judges, folder))
    yield Stage("one set of labels", _kept(request, found, "fixed", rendered.drawn(everyone)))
    yield Stage("real labels", _kept(request, found, "conditional", rendered.of_real(everyone)))
    yield Stage("single cells", _kept(request, found, "cells", single.drawn(everyone)))
    steps = diversity.compared(everyone, items, budget)
    yield Stage("diversity", _kept(request, found, "diversity", steps))
    looked = gradients.looked_at(data, items, sections, budget.patches, request.seed)
    yield Stage("gradients", _kept(request, found, "attention", looked))


def _judge(request: Request) -> str | None:
    """The model that reads pairs: the one named, else the run of the segmenter if finished."""
    own = request.out / RUNS / JUDGE
    return request.judge or (str(own) if state_of(own) == "finished" else None)


def _kept(
    request: Request, found: Json, name: str, steps: Generator[Progress, None, Json]
) -> Iterator[Progress]:
    """Keeps what a stage finds, its pictures as files of DIR/figures."""
    figures = yield from steps
    found[name] = with_files(figures, request.out / FIGURES)


def refuse_other(request: Request) -> None:
    """UserError where the folder holds a reproduction with another budget, seed or start."""
    path = request.out / RECORD
    if request.out.exists() and not request.out.is_dir():
        raise UserError(f"--out {request.out} is a file; give the name of a folder")
    if not path.exists():
        record(request, {})
    there = json.loads(path.read_text(encoding="utf-8"))
    for name in ("budget", "seed", "start"):
        had = there.get(name)
        if had != getattr(request, name):
            raise UserError(
                f"{request.out} holds a reproduction {_with(name, had)}; "
                f"choose another --out, or repeat it {_with(name, had)}"
            )


def _with(option: str, value: object) -> str:
    return f"without --{option}" if value is None else f"with --{option} {value}"


def record(request: Request, found: Json) -> None:
    """Writes reproduction.json."""
    facts: Json = {
        "schema": SCHEMA,
        "tissuegan": __version__,
        "budget": request.budget,
        "seed": request.seed,
        "start": request.start,
        "also": list(request.also),
        "judge": request.judge or (JUDGE if _judge(request) else None),
        "report": f"{REPORT}/{METRICS}",
        **found,
    }
    text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(request.out / RECORD, f"{text}\n".encode())


def write(request: Request, found: Json) -> None:
    """Writes reproduction.json and, from it and the report's figures alone, the pages."""
    record(request, found)
    write_pages(request.out)


def write_pages(out: Path) -> None:
    """Writes results.md, figures/*.svg and index.html from what a reproduction's folder holds."""
    metrics, facts = read(out)
    assert facts is not None
    drawn = list(charts(metrics, facts))
    for chart in drawn:
        write_atomically(out / FIGURES / chart.name, chart.svg)
    shown = list(pictures(metrics, facts, f"{REPORT}/{FIGURES}", FIGURES))
    files = [*(chart.in_folder(FIGURES) for chart in drawn), *shown]
    write_atomically(out / RESULTS, results(metrics, facts, files).encode())
    contents = {picture: (out / picture.file).read_bytes() for picture in shown}
    tables = list(paper_tables(metrics, facts))
    write_atomically(out / PAGE, page(facts, metrics, tables, drawn, contents).encode())
