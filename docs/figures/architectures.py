"""Draws docs/figures/architectures.svg: the models of the paper's Figure 2, and ours beside them.

Run: python docs/figures/architectures.py"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

OUT = Path(__file__).with_suffix(".svg")
MAKES, JUDGES, READS = "#9ecae1", "#fdae6b", "#a1d99b"

# Each model: title, boxes (text, x, y, colour or None for a value), arrows between boxes.
Box = tuple[str, float, float, str | None]
Model = tuple[str, list[Box], list[tuple[int, int]]]
MODELS: list[Model] = [
    (
        "UnsupervisedGAN, Eq. 1",
        [
            ("$z$", 0, 1, None),
            ("$G$", 1, 1, MAKES),
            (r"$\hat x$", 2, 1, None),
            ("$D$", 3.5, 1, JUDGES),
            ("$x$", 2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3)],
    ),
    (
        "JointGAN, Eq. 2",
        [
            ("$z$", 0, 1, None),
            ("$G$", 1, 1, MAKES),
            (r"$(\hat y, \hat x)$", 2.2, 1, None),
            ("$D$", 3.5, 1, JUDGES),
            ("$(y, x)$", 2.2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3)],
    ),
    (
        "SGAN, Eq. 3 and 4",
        [
            ("$z$", 0, 3, None),
            ("$G_y$", 1, 3, MAKES),
            (r"$\hat y$", 2.2, 3, None),
            ("$D_y$", 3.5, 3, JUDGES),
            ("$y$", 2.2, 2, None),
            ("$y$", 0, 1, None),
            ("$G_x$", 1, 1, MAKES),
            (r"$(y, \hat x)$", 2.2, 1, None),
            ("$D_x$", 3.5, 1, JUDGES),
            ("$(y, x)$", 2.2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3), (5, 6), (6, 7), (7, 8), (9, 8)],
    ),
    (
        "end to end, Eq. 5",
        [
            ("$z$", 0, 2, None),
            ("$G_y$", 1, 2, MAKES),
            (r"$\hat y$", 2.2, 2, None),
            ("$D_y$", 3.5, 2, JUDGES),
            ("$y$", 2.2, 3, None),
            ("$G_x$", 2.2, 1, MAKES),
            (r"$(\hat y, \hat x)$", 3.5, 1, None),
            ("$D_x$", 4.8, 1, JUDGES),
            ("$(y, x)$", 3.5, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3), (2, 5), (5, 6), (6, 7), (8, 7)],
    ),
    (
        "DSGAN, Eq. 6",
        [
            ("$z$", 0, 2, None),
            ("$G_y$", 1, 2, MAKES),
            (r"$\hat y$", 2.2, 2, None),
            ("$D_y$", 3.5, 2, JUDGES),
            ("$y$", 2.2, 3, None),
            ("$y$", 0, 1, None),
            ("$G_x$", 2.2, 1, MAKES),
            (r"$\hat x$", 3.5, 1, None),
            ("$F_y$", 4.8, 1, READS),
            (r"$y$ or $\hat y$?", 6.2, 1, None),
            (r"$(y, \hat x)$ or $(y, x)$", 3.5, 0, None),
            ("$D_x$", 5.4, 0, JUDGES),
            ("$x$", 4.8, 2, None),
        ],
        [
            *[(0, 1), (1, 2), (2, 3), (4, 3), (2, 6), (5, 6), (6, 7)],
            *[(7, 8), (8, 9), (7, 10), (10, 11), (12, 8)],
        ],
    ),
    (
        "ConditionalLabelGAN",
        [
            ("$y_1, z$", 0, 2, None),
            ("$G$", 1, 2, MAKES),
            (r"$(y_1, \hat y_2)$", 2.3, 2, None),
            ("$D$", 3.7, 2, JUDGES),
            ("$(y_1, y_2)$", 2.3, 1, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3)],
    ),
]


def draw(axes: Axes, model: Model) -> None:
    """One model: values as plain text, networks as coloured boxes, and what flows between them."""
    title, boxes, arrows = model
    placed = [box(axes, *each) for each in boxes]
    for start, stop in arrows:
        ends = {f"patch{k}": placed[i].get_bbox_patch() for k, i in (("A", start), ("B", stop))}
        style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 1, "color": "0.3", **ends}
        place = {"xy": boxes[stop][1:3], "xytext": boxes[start][1:3]}
        axes.annotate("", arrowprops=style, **place)
    top = max(y for _, _, y, _ in boxes)
    axes.set(xlim=(-0.5, 7), ylim=(-0.5, 3.4))
    axes.text(-0.3, top + 0.75, title, fontsize=11, weight="bold", va="center")
    axes.axis("off")


def box(axes: Axes, text: str, x: float, y: float, colour: str | None) -> Text:
    """A network in its colour, or a value without an edge."""
    edge, face = ("0.4", colour) if colour else ("none", "none")
    shape = {"boxstyle": f"round,pad={0.35 if colour else 0.15}", "fc": face, "ec": edge}
    return axes.text(x, y, text, ha="center", va="center", bbox=shape, fontsize=11)


def main() -> None:
    """Writes the picture."""
    rows = {"height_ratios": [2.2, 4, 4]}
    figure, grid = plt.subplots(3, 2, figsize=(10, 9), layout="constrained", gridspec_kw=rows)
    for axes, model in zip(grid.flat, MODELS, strict=True):
        draw(axes, model)
    for axes in grid[0]:
        axes.set_ylim(-0.4, 1.9)
    for axes in grid[1:].flat:
        axes.set_ylim(-0.4, 4)
    legend = "blue makes, orange judges, green reads back; a hat marks what is made"
    figure.supxlabel(legend, fontsize=10)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(OUT, metadata={"Date": None})


if __name__ == "__main__":
    main()
