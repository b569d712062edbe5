"""The whole reproduction, stage by stage: train, measure, write."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tissuegan.data import Section, load_labels
from tissuegan.data.patches import PatchSampler
from tissuegan.errors import UserError
from tissuegan.evaluation.panel import Json
from tissuegan.io.baselines import BASELINES
from tissuegan.io.evaluate import METRICS, report, with_files
from tissuegan.io.files import write_atomically
from tissuegan.io.source import is_model, open_sources
from tissuegan.io.subjects import default_halves
from tissuegan.models import load
from tissuegan.models.kinds import KINDS
from tissuegan.progress import Progress
from tissuegan.reproduction import diversity, gradients, rendered, single
from tissuegan.reproduction.budget import budgets, chosen
from tissuegan.reproduction.figures import charts, pictures
from tissuegan.reproduction.hardware import spent
from tissuegan.reproduction.page import page
from tissuegan.reproduction.panel import measures, panel
from tissuegan.reproduction.plan import RUNS, Item, plan, state_of
from tissuegan.reproduction.results import RECORD, paper_tables, read
from tissuegan.reproduction.results import page as results
from tissuegan.training import train
from tissuegan.training.build import unstarted
from tissuegan.version import __version__

REPORT, RESULTS, PAGE, FIGURES = "report", "results.md", "index.html", "figures"
SCHEMA = 1
JUDGE = "segmenter"


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        data: the dataset.
        out: the folder of the reproduction.
        budget: its name.
        systems: names as "NAME,NAME"; None for all.
        also: further sources to judge.
        judge: a model that segments; None for the run of the system "segmenter".
        seed: of everything.
    """

    data: Path
    out: Path
    budget: str = "smoke"
    systems: str | None = None
    also: tuple[str, ...] = ()
    judge: str | None = None
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The systems that are asked for."""
        return chosen(self.systems)

    def plan(self) -> tuple[Item, ...]:
        """What is trained, in order."""
        return plan(self.names, budgets().budgets[self.budget], self.out, self.seed)


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
    _refuse_device(request, items)
    refuse_misfits(items, sections[halves[0]])
    _refuse_unknown(request)
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
    refuse_misfits(items, sections[default_halves(len(sections))[0]])
    _refuse_unknown(request)
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


def _refuse_device(request: Request, items: Sequence[Item]) -> None:
    """UserError where something is to be trained on a GPU and there is none."""
    import torch

    wanted = budgets().budgets[request.budget].device == "cuda"
    left = [item for item in items if item.state != "finished"]
    if wanted and left and not torch.cuda.is_available():
        raise UserError(
            f"The budget {request.budget} needs a GPU that PyTorch can use, and there is none; "
            "choose --budget cpu"
        )


def refuse_misfits(items: Sequence[Item], sections: Sequence[Section]) -> None:
    """UserError where a system's networks and the sections do not fit: before days of training."""
    for item in items:
        if item.state != "finished":
            _refuse_imageless(item, sections)
            PatchSampler(sections, item.recipe.crop, item.recipe.batch, item.recipe.seed)
            unstarted(item.recipe, sections[0].classes.names)


def _refuse_unknown(request: Request) -> None:
    """UserError where a further source or the judge is not there: before days of training."""
    for source in request.also:
        if is_model(source):
            load(source)
        elif source not in BASELINES:
            open_sources(source)
    if request.judge is not None and load(request.judge).segmenter is None:
        raise UserError(
            f"--judge {request.judge} does not segment; name a model of recipe segmenter, such as "
            "vnc-segmenter"
        )


def _refuse_imageless(item: Item, sections: Sequence[Section]) -> None:
    without = [section.name for section in sections if section.tissue.image is None]
    if without and KINDS[item.recipe.model].needs_images:
        raise UserError(
            f"The system {item.name} learns from images, and section {without[0]} has none; add "
            "the images to the dataset, or leave such systems out with --systems"
        )


def refuse_other(request: Request) -> None:
    """UserError where the folder holds a reproduction with another budget or seed."""
    path = request.out / RECORD
    if request.out.exists() and not request.out.is_dir():
        raise UserError(f"--out {request.out} is a file; give the name of a folder")
    if not path.exists():
        record(request, {})
    there = json.loads(path.read_text(encoding="utf-8"))
    for name, value in {"budget": request.budget, "seed": request.seed}.items():
        if there[name] != value:
            raise UserError(
                f"{request.out} holds a reproduction with --{name} {there[name]}; "
                f"choose another --out, or repeat --{name} {there[name]}"
            )


def record(request: Request, found: Json) -> None:
    """Writes reproduction.json."""
    facts: Json = {
        "schema": SCHEMA,
        "tissuegan": __version__,
        "budget": request.budget,
        "seed": request.seed,
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
    write_atomically(out / RESULTS, results(metrics, facts).encode())
    drawn = list(charts(metrics, facts))
    for chart in drawn:
        write_atomically(out / FIGURES / chart.name, chart.svg)
    shown = pictures(metrics, facts, f"{REPORT}/{FIGURES}", FIGURES)
    contents = {picture: (out / picture.file).read_bytes() for picture in shown}
    tables = list(paper_tables(metrics, facts))
    write_atomically(out / PAGE, page(facts, metrics, tables, drawn, contents).encode())
