"""The paper's figures from the measured figures: charts, and which pictures stand where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.drawing import bars, curves, scatter
from tissuegan.evaluation.report.section import HELD_OUT, TRAINING, Row, Rows, coloured
from tissuegan.evaluation.support import ALIKE
from tissuegan.reproduction.extras import STAGES
from tissuegan.reproduction.tables import ABLATIONS, LABELS, further

SHOWN = ("sgan", "dsgan", "joint", "unsupervised", *ABLATIONS)


@dataclass(frozen=True)
class Picture:
    """A picture: the part of the page, the folder and name of its file, and whose it is."""

    part: str
    file: str
    words: str


@dataclass(frozen=True)
class Chart:
    """A drawing: the part of the page, the name of its file, what it is, and its bytes."""

    part: str
    name: str
    words: str
    svg: bytes

    def in_folder(self, folder: str) -> Picture:
        """The same as a picture that lies in a folder."""
        return Picture(self.part, f"{folder}/{self.name}", self.words)


def charts(metrics: Json, facts: Json) -> Iterator[Chart]:
    """Every chart that has something to show."""
    for part, name, words, drawn in _drawn(metrics, facts):
        if drawn is not None:
            yield Chart(part, f"{name}.svg", words, drawn)


def _drawn(metrics: Json, facts: Json) -> Iterator[tuple[str, str, str, bytes | None]]:
    also = further(metrics, facts)
    for letter, names in (("a", (*LABELS, *also)), ("b", (*ABLATIONS, *also))):
        own = rows(metrics, "realism", names)
        equal = [replace(row, figures=row.figures["equal_n"]) for row in own]
        yield "realism", f"fig-8{letter}", f"Fig. 8{letter}", _fooled(own)
        yield "realism", f"fig-8{letter}-equal", f"Fig. 8{letter}, equal numbers", _fooled(equal)
        points = scatter(rows(metrics, "embedding", names), "points")
        yield "embedding", f"fig-10{letter}", f"Fig. 10{letter}", points
    yield "support", "fig-15", "Fig. 15a", _support(metrics, (*LABELS, *also))
    yield (
        "segmentation",
        "fig-12",
        "Fig. 12: mean IU on one set of labels",
        _stages(metrics, (*STAGES, *also)),
    )
    yield "diversity", "fig-14", "Fig. 14: distance of two answers", _diversity(facts)
    yield from (("attention", *chart) for chart in _attention(facts))


def _fooled(own: Rows) -> bytes | None:
    return bars(own, "fooled", "share taken for real", ideal=0.5)


def rows(metrics: Json, measure: str, names: Sequence[str]) -> Rows:
    """Training sections where they are measured, held-out sections, then these systems."""
    systems = metrics["systems"]
    everyone = [
        Row("training sections", TRAINING, metrics["training"]),
        Row("held-out sections", HELD_OUT, metrics["floors"]),
        *(coloured(k, name, systems.get(name, {})) for k, name in enumerate(names)),
    ]
    return [
        replace(each, figures=each.figures[measure]) for each in everyone if measure in each.figures
    ]


def _support(metrics: Json, names: Sequence[str]) -> bytes | None:
    shown = [row for row in rows(metrics, "support", names) if row.figures["batch_sizes"]]
    lines = [(row, row.figures["batch_sizes"], row.figures["min_distance"]) for row in shown]
    return curves(lines, ("labels in the batch", "smallest distance, 1 − IU"), True, 1 - ALIKE)


def _stages(metrics: Json, names: Sequence[str]) -> bytes | None:
    own = [
        replace(row, figures=row.figures["fixed_labels"])
        for row in rows(metrics, "segmentation", names)
        if row.figures.get("fixed_labels", {}).get("n")
    ]
    return bars(own, "mean_iu", "mean IU", top=1)


def _diversity(facts: Json) -> bytes | None:
    figures = facts.get("diversity", {})
    own = [coloured(k, name, each["diversity"]) for k, (name, each) in enumerate(figures.items())]
    return bars(own, "distance", "1 − IU of two answers", top=1)


def _attention(facts: Json) -> Iterator[tuple[str, str, bytes | None]]:
    """A chart for each discriminator: bars by channel, as the figure has them."""
    for name, figures in facts.get("attention", {}).items():
        channels: Json = figures["attention"]["channels"]
        own = [
            coloured(k, channel, {**each, "mean_interval": each["interval"]})
            for k, (channel, each) in enumerate(channels.items())
        ]
        drawn = bars(own, "mean", "mean absolute gradient")
        yield f"fig-16-{name}-on-the-way", f"{name}, while it trained", _on_the_way(own, figures)
        yield (
            f"fig-16-{name}",
            f"Fig. 16: {name}, after {figures['attention']['steps']} steps",
            drawn,
        )


def _on_the_way(own: Rows, figures: Json) -> bytes | None:
    noted = figures["attention"].get("on_the_way", [])
    if len(noted) < 2:
        return None
    steps = [each["step"] for each in noted]
    lines = [(row, steps, [each["channels"][row.name] for each in noted]) for row in own]
    return curves(lines, ("step", "mean absolute gradient"))


def pictures(metrics: Json, facts: Json, report: str, figures: str) -> Iterator[Picture]:
    """Every picture that has a place on the page, from two folders of pictures.

    Args:
        metrics: the figures of the report.
        facts: of the reproduction.
        report: the folder of the report's pictures.
        figures: the folder of the reproduction's own pictures.
    """
    systems = metrics["systems"]
    for name in (*SHOWN, *further(metrics, facts)):
        named = systems.get(name, {}).get("samples", {}).get("pictures", {})
        for key in ("image", "labels"):
            if key in named:
                yield Picture("samples", f"{report}/{named[key]}", f"{name}: {key}")
    for name, each in facts.get("cells", {}).items():
        if "pictures" in each["cells"]:
            file = each["cells"]["pictures"]["row"]
            yield Picture("realism", f"{figures}/{file}", f"Fig. 7: {name}")
    for name, each in facts.get("conditional", {}).items():
        file = each["real"]["pictures"]["row"]
        yield Picture("conditional", f"{figures}/{file}", name)
    yield from _rendered(facts, figures)
    for name, each in facts.get("diversity", {}).items():
        file = each["diversity"]["pictures"]["answers"]
        yield Picture("diversity", f"{figures}/{file}", name)
    for name in LABELS:
        named = systems.get(name, {}).get("support", {}).get("pictures", {})
        if "closest" in named:
            yield Picture("support", f"{report}/{named['closest']}", name)


def _rendered(facts: Json, figures: str) -> Iterator[Picture]:
    """The one set of labels once, then each system's image of them."""
    for k, (name, each) in enumerate(facts.get("fixed", {}).items()):
        named = each["fixed"]["pictures"]
        if not k:
            yield Picture("segmentation", f"{figures}/{named['labels']}", "Fig. 12: the labels")
        yield Picture("segmentation", f"{figures}/{named['image']}", f"Fig. 12: {name}")
