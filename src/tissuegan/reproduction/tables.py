"""The paper's tables and figures as tables: its number beside ours and the floor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Column
from tissuegan.evaluation.report.table import figure
from tissuegan.reproduction.paper import said

NOT_TRAINED = "not trained"
HEAD = ("", "paper", "ours", "floor")


@dataclass(frozen=True)
class Table:
    """A table with a title.

    Attributes:
        title: of the table.
        reading: what is in it and how to read it.
        head: titles of the columns, the first that of the names.
        rows: cells as text, the name first.
    """

    title: str
    reading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Quantity:
    """A figure of the report that the paper has too.

    Attributes:
        title: of its table.
        reading: what it is.
        column: where it stands.
        systems: whose rows there are.
    """

    title: str
    reading: str
    column: Column
    systems: tuple[str, ...]


LABELS = ("parametric", "non-parametric", "dsgan", "sgan", "joint", "unsupervised")
ABLATIONS = ("labels", "non-ms", "non-fc", "dcgan")
PAIRS = ("non-parametric", "dsgan", "sgan", "joint")
STAGES = ("sgan", "sgan-reconstructor", "dsgan", "dsgan-pretrained", "end-to-end")

_MEANS = "Table 1. The mean should be that of the training sections."
_CHI2 = (
    "Table 1. χ² distance of the distribution to that of the training sections; smaller is nearer, "
    "and the floor is what held-out sections have at the same number of objects."
)
_FOOLED = (
    "The share of synthetic cells that a linear classifier on 89 shape features takes for real; "
    "0.5 cannot be told apart. The paper shows bars and no numbers."
)
_EQUAL = (
    "The same with as many cells of each class, and the same number, for every source: by this "
    "column sources can be compared."
)


def _table_1(key: str, title: str, reading: str, *path: str) -> Quantity:
    return Quantity(title, reading, Column(key, ("statistics", *path, key)), LABELS)


QUANTITIES = (
    _table_1("cell_size_um", "Cell size, µm", _MEANS),
    _table_1("mito_size_um", "Mitochondrion size, µm", _MEANS),
    _table_1("mito_roundness", "Mitochondrion roundness", _MEANS),
    _table_1("mito_per_cell", "Mitochondria a cell", _MEANS),
    _table_1("cell_size", "χ² of cell sizes", _CHI2, "chi2"),
    _table_1("mito_size", "χ² of mitochondrion sizes", _CHI2, "chi2"),
    _table_1("mito_roundness", "χ² of mitochondrion roundness", _CHI2, "chi2"),
    Quantity("Realism (Fig. 8a)", f"{_FOOLED}", Column("fooled", ("realism", "fooled")), LABELS),
    Quantity(
        "Realism with equal numbers (Fig. 8a)",
        _EQUAL,
        Column("fooled", ("realism", "equal_n", "fooled")),
        LABELS,
    ),
    Quantity(
        "Realism of the ablations (Fig. 8b)",
        f"{_FOOLED} labels is FCGAN.",
        Column("fooled", ("realism", "fooled")),
        ABLATIONS,
    ),
    Quantity(
        "Realism of the ablations with equal numbers (Fig. 8b)",
        _EQUAL,
        Column("fooled", ("realism", "equal_n", "fooled")),
        ABLATIONS,
    ),
    Quantity(
        "Segmentation accuracy: mean IU (Table 2)",
        "How well the judge reads each source's own pairs. The paper's judge and classes are not "
        "known, so compare the order and the floor, not the numbers. UnsupervisedGAN has no row: "
        "its labels are a segmenter's own.",
        Column("mean_iu", ("segmentation", "mean_iu")),
        PAIRS,
    ),
    Quantity(
        "Segmentation accuracy: NLL, nats a pixel (Table 2)",
        "The same pairs; smaller is better.",
        Column("nll", ("segmentation", "nll")),
        PAIRS,
    ),
    Quantity(
        "Number of different labels (Fig. 15)",
        "Estimated by the birthday test; without two alike it is a lower bound. The paper shows "
        "curves and no numbers.",
        Column("estimate", ("support", "estimate"), 0),
        LABELS,
    ),
)


def of_quantity(quantity: Quantity, metrics: Json, also: Sequence[str] = ()) -> Table:
    """A quantity's table from what metrics.json holds.

    Args:
        quantity: what is shown.
        metrics: the figures.
        also: further sources that have a row.
    """
    floor = ours(metrics["floors"], quantity.column)
    rows = [(name, said(quantity.column.path, name)) for name in (*quantity.systems, *also)]
    real = ours(metrics["training"], quantity.column)
    own = [("training sections", said(quantity.column.path, "training"), real, floor)]
    own = [] if real == NOT_TRAINED else own
    found = [
        (*row, ours(metrics["systems"].get(row[0], {}), quantity.column), floor) for row in rows
    ]
    return Table(quantity.title, quantity.reading, HEAD, (*own, *found))


def ours(figures: Json, column: Column) -> str:
    """A figure with its interval and n; "not trained" where there are no figures."""
    if column.path[0] not in figures:
        return NOT_TRAINED
    return " ".join(part for part in figure(figures, column) if part)


def of_stages(facts: Json) -> Iterator[Table]:
    """Table 2 and Fig. 12 on one set of generated labels, as the paper measures the two."""
    figures: Json = facts.get("one_set_of_labels", {})
    for key, title in (("mean_iu", "mean IU"), ("nll", "NLL, nats a pixel")):
        column = Column(key, ("segmentation", key))
        rows = tuple(
            (name, said(column.path, name), ours(figures.get(name, {}), column)) for name in STAGES
        )
        yield Table(
            f"Images of one set of generated labels: {title} (Table 2, Fig. 12)",
            _STAGES,
            HEAD[:3],
            rows,
        )


_STAGES = (
    "The judge reads the images that each image generator draws for the same labels, which the "
    "system labels made. **dsgan-pretrained games this score**: its images are drawn so that a "
    "fixed segmenter reads them, whatever they look like, and what pleases one segmenter pleases "
    "another; a high score of its own says nothing about realism."
)


def of_diversity(facts: Json) -> Table:
    """Fig. 14: how much answers to one condition differ."""
    head = ("", "paper", "distance of two answers", "of answers to different conditions", "area")
    words = {
        "mitochondria": "diverse (pictures)",
        "mitochondria-unet": "almost identical (pictures)",
    }
    rows = []
    for name, paper in words.items():
        figures = facts.get("diversity", {}).get(name, {}).get("diversity")
        cells = (NOT_TRAINED, "–", "–")
        if figures is not None:
            own = " ".join(figure(figures, Column("distance", ("distance",))))
            apart, area = (figure(figures, Column(key, (key,)))[0] for key in ("apart", "area"))
            cells = (own, apart, area)
        rows.append((name, paper, *cells))
    return Table("Diversity of answers: CRN against U-Net (Fig. 14)", _DIVERSITY, head, tuple(rows))


_DIVERSITY = (
    "1 − IU of the mitochondria drawn twice for the same membranes: 0 is the same answer every "
    "time. The column beside it is what answers have that heed no condition."
)


def of_attention(facts: Json) -> Table:
    """Fig. 16: mean absolute gradients by channel."""
    figures = {name: each["attention"] for name, each in facts.get("attention", {}).items()}
    words = {"sgan": "image above labels", "dsgan": "–", "end-to-end": "labels above image"}
    first: Json = next(iter(figures.values()), {"channels": {}})
    channels = tuple(first["channels"])
    rows = [
        (name, paper, *_gradients(figures.get(name), channels)) for name, paper in words.items()
    ]
    head = ("", "paper", *channels, "image's share")
    return Table(
        "What the discriminator of pairs looks at (Fig. 16)", _ATTENTION, head, tuple(rows)
    )


def _gradients(figures: Json | None, channels: Sequence[str]) -> list[str]:
    if figures is None:
        return [NOT_TRAINED, *["–"] * len(channels)]
    columns = [Column(name, ("channels", name), 6) for name in channels]
    return [" ".join(figure(figures, c)) for c in (*columns, Column("share", ("share_of_image",)))]


_ATTENTION = (
    "Mean absolute gradient of the discriminator's output by input channel, at real labels with "
    "the image generated for them, after the last step."
)


def of_cost(facts: Json) -> Table:
    """Steps and hardware of each system."""
    head = ("", "steps", "batch", "crop", "begins with", "weights", "hours", "hardware")
    rows = tuple((name, *_cost(figures)) for name, figures in facts.get("systems", {}).items())
    return Table("Training", "What each system cost.", head, rows)


def _cost(figures: Json) -> tuple[str, ...]:
    seconds = figures["seconds"]
    begins = ", ".join(f"{part} of {other}" for part, other in figures["begins"].items())
    return (
        str(figures["steps"]),
        str(figures["batch"]),
        str(figures["crop"]),
        begins or "–",
        f"{figures['parameters']:,}",
        "not recorded" if seconds is None else f"{seconds / 3600:.2f}",
        "; ".join(figures["hardware"]) or "–",
    )
