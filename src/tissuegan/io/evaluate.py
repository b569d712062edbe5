"""What the command ``evaluate`` does: sources to a folder with figures and a page about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tissuegan.evaluation.evaluate import evaluate as measured
from tissuegan.evaluation.measure import Measure
from tissuegan.evaluation.panel import Json, Panel
from tissuegan.evaluation.pictures import png
from tissuegan.evaluation.report import charts, page
from tissuegan.io.cache import Cache
from tissuegan.io.files import write_atomically
from tissuegan.io.rendered import fixed_labels
from tissuegan.io.subjects import named_apart, open_real, open_system
from tissuegan.progress import Progress
from tissuegan.version import __version__

METRICS, PAGE, FIGURES, CACHE = "metrics.json", "index.html", "figures", "cache"


def evaluate(
    real: str,
    synthetic: Sequence[str],
    out: Path,
    measures: Sequence[Measure],
    train: slice | None = None,
    test: slice | None = None,
    seed: int = 0,
    pool: int = Panel.pool,
    fields: int | None = None,
) -> Iterator[Progress]:
    """Measures sources against real sections; writes metrics.json, figures/ and index.html.

    What was computed before from the same inputs is taken from ``out``/cache.

    Args:
        real: a dataset.
        synthetic: models, datasets, or the words "parametric" and "non-parametric".
        out: the folder of the report.
        measures: what to measure.
        train: which real sections systems may have learnt from.
        test: which real sections are held out.
        seed: of the models' first canvas and of every random choice.
        pool: labels that the birthday test draws of each source.
        fields: that each model draws; as many as there are training sections if left out.

    Raises:
        UserError: a source cannot be read, or ``out`` cannot be written.
    """
    training, held_out, roles = open_real(real, train, test)
    labels = fixed_labels(training, synthetic)
    opened = [open_system(text, training, roles, seed, labels, fields) for text in synthetic]
    systems, remember = named_apart(opened), Cache(out / CACHE)
    panel = Panel(training, held_out, systems, roles, seed, pool, remember, labels)
    yield from report(panel, measures, out)


def report(panel: Panel, measures: Sequence[Measure], out: Path) -> Iterator[Progress]:
    """Measures everyone on a panel; writes metrics.json, figures/ and index.html.

    Raises:
        UserError: ``out`` cannot be written.
    """
    metrics = yield from measured(panel, measures)
    metrics = {"tissuegan": __version__, **_without_pictures(metrics, out / FIGURES)}
    text = json.dumps(metrics, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(out / METRICS, f"{text}\n".encode())
    write_page(out)


def write_page(out: Path) -> None:
    """Draws the figures and writes the page of a report from its metrics.json and pictures."""
    metrics = json.loads((out / METRICS).read_text(encoding="utf-8"))
    drawn = charts(metrics)
    for name, contents in drawn.items():
        write_atomically(out / FIGURES / name, contents)
    pictures = {path.name: path.read_bytes() for path in sorted((out / FIGURES).glob("*.png"))}
    write_atomically(out / PAGE, page(metrics, {**pictures, **drawn}).encode())


def _without_pictures(metrics: Json, folder: Path) -> Json:
    """The figures with the names of files in place of pictures, which are written."""
    whose = {**metrics["systems"], "held-out": metrics["floors"], "training": metrics["training"]}
    changed = with_files(whose, folder)
    systems = {name: changed[name] for name in metrics["systems"]}
    return {
        **metrics,
        "systems": systems,
        "floors": changed["held-out"],
        "training": changed["training"],
    }


def with_files(whose: Json, folder: Path) -> Json:
    """Figures by whose and measure, with pictures written to a folder and named instead."""
    return {who: _named(who, figures, folder) for who, figures in whose.items()}


def _named(who: str, figures: Json, folder: Path) -> Json:
    found: Json = {}
    for measure, values in figures.items():
        names = {key: f"{measure}-{key}-{who}.png" for key in values.get("pictures", {})}
        for key, name in names.items():
            write_atomically(folder / name, png(values["pictures"][key]))
        found[measure] = {**values, "pictures": names} if names else values
    return found
