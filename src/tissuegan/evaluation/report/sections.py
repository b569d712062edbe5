"""What the report shows of each measure, in its order."""

from __future__ import annotations

from functools import partial

from tissuegan.evaluation.report.drawing import bars, steps
from tissuegan.evaluation.report.section import Chart, Column, Rows, Section


def _histogram(rows: Rows, name: str, label: str) -> bytes | None:
    lines = []
    for row in rows:
        shape = row.figures["histograms"][name]
        total = sum(shape["counts"])
        if total:
            figures = {"n": total}
            shares = [count / total for count in shape["counts"]]
            lines.append((type(row)(row.name, row.colour, figures), shape["edges"], shares))
    return steps(lines, label)


_SIZES = (
    "Each outline is one source, the last bin is open: the nearer to the real ones, the better."
)

STATISTICS = Section(
    "statistics",
    "Global statistics (Table 1)",
    "Means should be those of the training sections, and the χ² distances no larger than the "
    "held-out sections' own, which are the floor: what n objects differ by at random.",
    (
        Column("cell size, µm", ("cell_size_um",)),
        Column("organelle size, µm", ("mito_size_um",)),
        Column("roundness (Wadell)", ("mito_roundness",)),
        Column("circularity (Crofton)", ("mito_circularity",)),
        Column("organelles a cell", ("mito_per_cell",)),
        Column("χ² cell size", ("chi2", "cell_size")),
        Column("χ² organelle size", ("chi2", "mito_size")),
        Column("χ² roundness", ("chi2", "mito_roundness")),
        Column("Wasserstein cell size, µm", ("wasserstein", "cell_size")),
        Column("Wasserstein organelle size, µm", ("wasserstein", "mito_size")),
    ),
    (
        Chart("cell-size", _SIZES, partial(_histogram, name="cell_size", label="cell size, µm")),
        Chart(
            "mito-size", _SIZES, partial(_histogram, name="mito_size", label="organelle size, µm")
        ),
        Chart(
            "mito-roundness",
            _SIZES,
            partial(_histogram, name="mito_roundness", label="organelle roundness"),
        ),
    ),
)

REALISM = Section(
    "realism",
    "Realism of single cells (Fig. 8)",
    "The share of synthetic cells that a linear classifier, trained on 89 shape features, takes "
    "for real: 0.5 cannot be told apart, 0 is always recognised.",
    (
        Column("taken for real", ("fooled",)),
        Column("standard deviation of repeats", ("fooled_std",)),
        Column("taken for real, features V1", ("variants", "V1", "fooled")),
    ),
    (
        Chart(
            "realism",
            "Longer is better, up to the dotted line; the whisker spans 95 % of 100 repeats.",
            partial(bars, key="fooled", label="share taken for real", ideal=0.5),
        ),
    ),
)

SECTIONS: tuple[Section, ...] = (STATISTICS, REALISM)
