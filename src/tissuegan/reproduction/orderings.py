"""What the paper says is better than what, checked with our figures and told as found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tissuegan.evaluation.measures.realism import ENOUGH
from tissuegan.evaluation.panel import Json
from tissuegan.reproduction.tables import Table

REALISM = ("realism", "fooled")
EQUAL = ("realism", "equal_n", "fooled")
SEGMENTATION = ("segmentation", "mean_iu")
FIXED = ("segmentation", "fixed_labels", "mean_iu")
SUPPORT = ("support", "estimate")


@dataclass(frozen=True)
class Ordering:
    """One system above another in one figure.

    Attributes:
        where: in the paper.
        figure: what is compared, in words.
        above, below: the two systems.
        place: of the figures in what :func:`checked` is given.
        path: of the figure in them.
        enough: the n that both figures must have for the order to be told.
    """

    where: str
    figure: str
    above: str
    below: str
    place: str
    path: tuple[str, ...]
    enough: int = 0


def _chain(
    where: str,
    figure: str,
    place: str,
    path: tuple[str, ...],
    *pairs: tuple[str, str],
    enough: int = 0,
) -> tuple[Ordering, ...]:
    return tuple(Ordering(where, figure, a, b, place, path, enough) for a, b in pairs)


_OVER = (
    ("sgan", "joint"),
    ("dsgan", "joint"),
    ("joint", "unsupervised"),
    ("sgan", "parametric"),
    ("dsgan", "parametric"),
    ("joint", "parametric"),
)
_ABLATED = (("labels", "non-ms"), ("labels", "non-fc"))

ORDERINGS: tuple[Ordering, ...] = (
    *_chain("Fig. 8a", "realism", "report", REALISM, *_OVER, enough=ENOUGH),
    *_chain("Fig. 8a", "realism, equal numbers", "report", EQUAL, *_OVER),
    *_chain("Fig. 8b", "realism", "report", REALISM, *_ABLATED, enough=ENOUGH),
    *_chain("Fig. 8b", "realism, equal numbers", "report", EQUAL, *_ABLATED),
    *_chain(
        "Table 2",
        "mean IU of own pairs",
        "report",
        SEGMENTATION,
        ("dsgan", "sgan"),
        ("sgan", "joint"),
    ),
    *_chain(
        "Fig. 12",
        "mean IU, one set of labels",
        "report",
        FIXED,
        ("dsgan", "sgan"),
        ("sgan", "sgan-reconstructor"),
        ("dsgan-pretrained", "dsgan"),
    ),
    Ordering(
        "Fig. 14",
        "diversity",
        "mitochondria",
        "mitochondria-unet",
        "diversity",
        ("diversity", "distance"),
    ),
    *_chain(
        "Fig. 15",
        "number of different labels",
        "report",
        SUPPORT,
        ("sgan", "non-parametric"),
        ("dsgan", "non-parametric"),
    ),
)


def checked(metrics: Json, facts: Json) -> list[Json]:
    """Every ordering with both figures and a verdict.

    Returns:
        Records with "where", "figure", "above", "below", "values" and "intervals" of the two, and
        "verdict": "agrees", "disagrees", each with ", within the intervals" where they overlap,
        "cannot be told" where a figure is a bound that does not decide, "too few cells" where one
        rests on fewer than are enough, or "not measured".
    """
    found = [_checked(each, metrics, facts) for each in ORDERINGS]
    return [*found, *_attention(facts)]


def _checked(each: Ordering, metrics: Json, facts: Json) -> Json:
    figures = metrics["systems"] if each.place == "report" else facts.get(each.place, {})
    pairs = [_found(figures.get(name), each.path) for name in (each.above, each.below)]
    few = any(_few(figures.get(name), each) for name in (each.above, each.below))
    return {
        "where": each.where,
        "figure": each.figure,
        "above": each.above,
        "below": each.below,
        "values": [value for value, _ in pairs],
        "intervals": [interval for _, interval in pairs],
        "verdict": "too few cells" if few else verdict(*pairs),
    }


def _few(figures: Json | None, each: Ordering) -> bool:
    """Whether a figure that was measured rests on fewer than enough."""
    n: int = _holder(figures, each.path).get("n", each.enough)
    return n < each.enough


def _holder(figures: Json | None, path: tuple[str, ...]) -> Json:
    """What the figure at the end of a path stands in; empty where there is none."""
    place = figures or {}
    for key in path[:-1]:
        place = place.get(key) or {}
    return place


def _attention(facts: Json) -> Iterator[Json]:
    """Fig. 16: the image's channel against the label channel with the largest gradient."""
    for name, above in (("sgan", "image"), ("end-to-end", "labels")):
        figures = facts.get("attention", {}).get(name, {}).get("attention")
        ends: list[Found] = [(None, None), (None, None)]
        if figures is not None:
            *labels, image = figures["channels"].values()
            loudest = max(labels, key=lambda channel: channel["mean"])
            ends = [(each["mean"], each["interval"]) for each in (image, loudest)]
        if above == "labels":
            ends.reverse()
        other = "labels" if above == "image" else "image"
        yield {
            "where": "Fig. 16",
            "figure": f"gradient of {name}'s discriminator",
            "above": above,
            "below": other,
            "values": [value for value, _ in ends],
            "intervals": [interval for _, interval in ends],
            "verdict": verdict(*ends),
        }


Found = tuple[float | None, list[float | None] | None]


def _found(figures: Json | None, path: tuple[str, ...]) -> Found:
    """Value and interval of a figure; None for both where there is none."""
    place = _holder(figures, path)
    return place.get(path[-1]), place.get(f"{path[-1]}_interval")


def verdict(above: Found, below: Found) -> str:
    """Whether the first figure is above the second, and whether their intervals are apart.

    A figure without a value that has the lower end of an interval is at least that.
    """
    if not (_known(above) and _known(below)):
        return "not measured"
    more, less = _value(above), _value(below)
    if below[0] is None or (above[0] is None and more <= less):
        return "disagrees" if above[0] is not None and more < less else "cannot be told"
    word = "agrees" if more > less else "disagrees"
    low, high = (above, below) if more < less else (below, above)
    if not low[1] or not high[1] or low[1][1] is None or high[1][0] is None:
        return word
    return word if low[1][1] < high[1][0] else f"{word}, within the intervals"


def _known(found: Found) -> bool:
    return found[0] is not None or bool(found[1] and found[1][0] is not None)


def _value(found: Found) -> float:
    """The value, or its lower bound."""
    value, interval = found
    bound = interval[0] if interval else None
    known = value if value is not None else bound
    assert known is not None
    return known


def table(records: list[Json]) -> Table:
    """The orderings as a table."""
    rows = tuple(
        (
            each["where"],
            each["figure"],
            f"{each['above']} above {each['below']}",
            *map(_shown, zip(each["values"], each["intervals"], strict=True)),
            each["verdict"],
        )
        for each in records
    )
    head = ("paper", "figure", "the paper says", "ours, first", "ours, second", "found")
    return Table("orderings", "The paper's orderings", _READING, head, rows)


_READING = (
    "What the paper says is better than what, checked with our figures and told as found. Where "
    "the 95 % intervals of the two overlap, the order could be chance."
)


def _shown(found: Found) -> str:
    if not _known(found):
        return "–"
    return f"{'≥ ' if found[0] is None else ''}{_value(found):.4g}"
