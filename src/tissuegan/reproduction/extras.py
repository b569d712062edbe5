"""Tables of what only `reproduce` measures: one set of labels, answers, gradients, the cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tissuegan.evaluation.panel import Json
from tissuegan.evaluation.report.section import Column
from tissuegan.evaluation.report.table import figure
from tissuegan.reproduction.paper import said
from tissuegan.reproduction.tables import HEAD, NOT_TRAINED, Table, ours

STAGES = ("sgan", "sgan-reconstructor", "dsgan", "dsgan-pretrained", "end-to-end")

_STAGES = (
    "The judge reads the images that each image generator draws for the same generated labels, as "
    "the paper measures SGAN and DSGAN. **dsgan-pretrained games this score**: "
    "its images are drawn so that a fixed segmenter reads them, whatever they look like, and what "
    "pleases one segmenter pleases another; its high score says nothing about realism. Of SGAN "
    "with a reconstructor, evaluated on synthetic labels, the paper's text says 0.883 and that the "
    "reconstruction helps there; 0.868 is its figure where SGAN has 0.872."
)
_ANSWERS = (
    "1 − IU of the classes that are drawn twice for the same given classes: 0 is the same answer "
    "every time. The column beside it is what answers have that heed no condition."
)
_PICTURES = {
    "mitochondria": "diverse (pictures)",
    "mitochondria-unet": "almost identical (pictures)",
}
_GRADIENTS = (
    "Mean absolute gradient of the discriminator's output by input channel, at real labels with "
    "the image that the same run draws for them, after its last step. SGAN's two stages are "
    "trained apart: its discriminator of pairs is that of the run `image`."
)
_COST = (
    "What each system cost; a system that begins with others adds its steps to theirs. ≈ is judged "
    "by the times of the samples, where the hours were not recorded."
)
_LOUDER = {"sgan": "image above labels", "dsgan": "–", "end-to-end": "labels above image"}


def of_stages(metrics: Json) -> Iterator[Table]:
    """Table 2 and Fig. 12 on one set of generated labels, as the paper measures the two."""
    for key, title in (("mean_iu", "Mean IU"), ("nll", "NLL")):
        column = Column(key, ("segmentation", "fixed_labels", key))
        rows = tuple(
            (
                name,
                said(("segmentation", key), name),
                ours(metrics["systems"].get(name, {}), column),
            )
            for name in STAGES
        )
        yield Table("segmentation", f"{title} on one set of labels", _STAGES, HEAD[:3], rows)


def of_diversity(facts: Json) -> Table:
    """Fig. 14: how much answers to one condition differ."""
    head = ("", "paper", "distance of two answers", "of answers to different conditions", "area")
    figures = {name: each["diversity"] for name, each in facts.get("diversity", {}).items()}
    rows = tuple((name, paper, *_differing(figures.get(name))) for name, paper in _PICTURES.items())
    return Table("diversity", "CRN against U-Net", _ANSWERS, head, rows)


def _differing(figures: Json | None) -> tuple[str, str, str]:
    if figures is None:
        return NOT_TRAINED, "–", "–"
    apart, area = (figure(figures, Column(key, (key,)))[0] for key in ("apart", "area"))
    return " ".join(figure(figures, Column("", ("distance",)))), apart, area


def of_attention(facts: Json) -> Table:
    """Fig. 16: mean absolute gradients by channel."""
    figures = {name: each["attention"] for name, each in facts.get("attention", {}).items()}
    channels = tuple(next(iter(figures.values()))["channels"]) if figures else ()
    rows = tuple(
        (name, paper, *_gradients(figures.get(name), channels)) for name, paper in _LOUDER.items()
    )
    head = ("", "paper", *channels, "image's share")
    return Table("attention", "Gradients by channel", _GRADIENTS, head, rows)


def _gradients(figures: Json | None, channels: Sequence[str]) -> list[str]:
    if figures is None:
        return [NOT_TRAINED, *["–"] * len(channels)][: len(channels) + 1]
    columns = [Column(name, ("channels", name), 6) for name in channels]
    share = Column("", ("share_of_image",))
    return [" ".join(part for part in figure(figures, c) if part) for c in (*columns, share)]


def of_cost(facts: Json) -> Table:
    """Steps and hardware of each system."""
    head = ("", "recipe", "steps", "batch", "crop", "begins with", "weights", "hours", "hardware")
    rows = tuple((name, *_cost(figures)) for name, figures in facts.get("systems", {}).items())
    reading = _COST
    return Table("training", "Steps and hardware", reading, head, rows)


def _cost(figures: Json) -> tuple[str, ...]:
    begins = ", ".join(f"{part} of {other}" for part, other in figures["begins"].items())
    return (
        figures["recipe"],
        str(figures["steps"]),
        str(figures["batch"]),
        str(figures["crop"]),
        begins or "–",
        f"{figures['parameters']:,}",
        _hours(figures),
        "; ".join(figures["hardware"]) or "–",
    )


def _hours(figures: Json) -> str:
    """As recorded, or about as many as the times of its samples say."""
    if figures["seconds"] is not None:
        return f"{figures['seconds'] / 3600:.2f}"
    about = figures.get("about_seconds")
    return "not recorded" if about is None else f"≈ {about / 3600:.2f}"
