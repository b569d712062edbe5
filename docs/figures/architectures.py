"""Draws docs/figures/architectures.svg: the models of the paper's Figure 2, and ours beside them.

Run: python docs/figures/architectures.py"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

OUT = Path(__file__).with_suffix(".svg")
MAKES, JUDGES, READS = "#9ecae1", "#fdae6b", "#a1d99b"

# Each model: title, boxes (text, x, y, colour or None for a value), arrows between boxes.
Box = tuple[str, float, float, str | None]
Model = tuple[str, list[Box], list[tuple[int, int]]]
MODELS: list[Model] = [
    (
        "UnsupervisedGAN, Eq. 1",
        [
            ("z", 0, 1, None),
            ("G", 1, 1, MAKES),
            ("x'", 2, 1, None),
            ("D", 3, 1, JUDGES),
            ("x", 2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3)],
    ),
    (
        "JointGAN, Eq. 2",
        [
            ("z", 0, 1, None),
            ("G", 1, 1, MAKES),
            ("(y', x')", 2, 1, None),
            ("D", 3.4, 1, JUDGES),
            ("(y, x)", 2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3)],
    ),
    (
        "SGAN, Eq. 3 and 4",
        [
            ("z", 0, 2, None),
            ("G_y", 1, 2, MAKES),
            ("y'", 2, 2, None),
            ("D_y", 3, 2, JUDGES),
            ("y", 0, 0.7, None),
            ("G_x", 1, 0.7, MAKES),
            ("(y, x')", 2.1, 0.7, None),
            ("D_x", 3.4, 0.7, JUDGES),
            ("(y, x)", 2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3), (4, 5), (5, 6), (6, 7), (8, 7)],
    ),
    (
        "end to end, Eq. 5",
        [
            ("z", 0, 1.5, None),
            ("G_y", 1, 1.5, MAKES),
            ("y'", 2, 1.5, None),
            ("D_y", 3, 1.5, JUDGES),
            ("G_x", 2, 0.7, MAKES),
            ("(y', x')", 3.2, 0.7, None),
            ("D_x", 4.6, 0.7, JUDGES),
            ("(y, x)", 3.2, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (2, 4), (4, 5), (5, 6), (7, 6)],
    ),
    (
        "DSGAN, Eq. 6",
        [
            ("z", 0, 2.2, None),
            ("G_y", 1, 2.2, MAKES),
            ("y'", 2, 2.2, None),
            ("D_y", 3, 2.2, JUDGES),
            ("y", 0, 1, None),
            ("G_x", 2, 1, MAKES),
            ("x'", 3, 1, None),
            ("F_y", 4, 1, READS),
            ("y again", 5.3, 1, None),
            ("D_x", 3, 0, JUDGES),
            ("x", 4, 0, None),
        ],
        [(0, 1), (1, 2), (2, 3), (2, 5), (4, 5), (5, 6), (6, 7), (7, 8), (6, 9), (10, 9), (10, 7)],
    ),
    (
        "ConditionalLabelGAN",
        [
            ("y1", 0, 1, None),
            ("G", 1, 1, MAKES),
            ("(y1, y2')", 2.1, 1, None),
            ("D", 3.4, 1, JUDGES),
            ("(y1, y2)", 2, 0, None),
            ("z", 0, 0.2, None),
        ],
        [(0, 1), (1, 2), (2, 3), (4, 3), (5, 1)],
    ),
]


def draw(axes: Axes, model: Model) -> None:
    """One model: values as plain text, networks as coloured boxes, and what flows between them."""
    title, boxes, arrows = model
    for text, x, y, colour in boxes:
        edge = "0.4" if colour else "none"
        face = {"boxstyle": "round,pad=0.35", "fc": colour or "white", "ec": edge}
        axes.text(x, y, text, ha="center", va="center", bbox=face, fontsize=10)
    for start, stop in arrows:
        place = {"xy": boxes[stop][1:3], "xytext": boxes[start][1:3]}
        style = {"arrowstyle": "->", "shrinkA": 17, "shrinkB": 17, "color": "0.3"}
        axes.annotate("", arrowprops=style, **place)
    axes.set(title=title, xlim=(-0.5, 6), ylim=(-0.5, 2.7))
    axes.axis("off")


def main() -> None:
    """Writes the picture."""
    figure, grid = plt.subplots(3, 2, figsize=(10, 8), layout="constrained")
    for axes, model in zip(grid.flat, MODELS, strict=True):
        draw(axes, model)
    figure.suptitle("blue makes, orange judges, green reads back; a prime marks what is made")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(OUT, metadata={"Date": None})


if __name__ == "__main__":
    main()
