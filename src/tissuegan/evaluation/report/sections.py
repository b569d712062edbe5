"""What the report shows of each measure, in its order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from tissuegan.evaluation.report.drawing import bars, curves, scatter, steps
from tissuegan.evaluation.report.section import Chart, Column, Row, Rows, Section
from tissuegan.evaluation.report.utility import UTILITY
from tissuegan.evaluation.support import ALIKE


def _histogram(rows: Rows, name: str, label: str) -> bytes | None:
    lines = []
    for row in rows:
        shape = row.figures["histograms"][name]
        total = sum(shape["counts"])
        if total:
            figures = {"n": total}
            shares = [count / total for count in shape["counts"]]
            lines.append((replace(row, figures=figures), shape["edges"], shares))
    return steps(lines, label)


def _equal(rows: Rows) -> bytes | None:
    equal = [replace(row, figures=row.figures["equal_n"]) for row in rows]
    return bars(equal, "fooled", "share taken for real, equal numbers", ideal=0.5)


def _spectrum(rows: Rows) -> bytes | None:
    lines = [
        (row, row.figures["frequencies_per_um"], row.figures["log10_power"])
        for row in rows
        if row.figures["log10_power"]
    ]
    return curves(lines, ("frequency, cycles per µm", "log₁₀ power"))


def _greys(rows: Rows) -> bytes | None:
    shown = [row for row in rows if row.figures["grey_levels"]]
    levels = [(np.arange(64) / 64).tolist() for _ in shown]
    shares = [row.figures["grey_levels"] for row in shown]
    return curves(list(zip(shown, levels, shares, strict=True)), ("grey level", "share of pixels"))


def _closest(rows: Rows) -> bytes | None:
    lines = [
        (row, row.figures["batch_sizes"], row.figures["min_distance"])
        for row in rows
        if row.figures["batch_sizes"]
    ]
    labels = "labels in the batch", "smallest distance, 1 − IU"
    return curves(lines, labels, log=True, level=1 - ALIKE)


def _by_organelle(rows: Rows) -> Rows:
    """A row for each class of organelles where there are several."""
    return [each for row in rows for each in _organelles(row)]


def _organelles(row: Row) -> Rows:
    several = row.figures.get("organelles", {})
    named = [replace(row, name=f"{row.name}: {k}", figures=f) for k, f in several.items()]
    return named or [row]


_SIZES = (
    "Each outline is one source, the last bin is open: the nearer to the real ones, the better."
)

STATISTICS = Section(
    "statistics",
    "Global statistics (Table 1)",
    "Means should be those of the training sections, and the χ² distances no larger than the "
    "held-out sections' own, which are the floor: what n objects differ by at random. Of several "
    "classes of organelles each has rows; charts are of the first.",
    (
        Column("cell size, µm", ("cell_size_um",)),
        Column("organelle size, µm", ("mito_size_um",)),
        Column("roundness (Wadell)", ("mito_roundness",)),
        Column("circularity (Crofton)", ("mito_circularity",)),
        Column("organelles a cell", ("mito_per_cell",)),
        Column("χ² cell size", ("chi2", "cell_size")),
        Column("χ² organelle size", ("chi2", "mito_size")),
        Column("χ² roundness", ("chi2", "mito_roundness")),
        Column("χ² circularity", ("chi2", "mito_circularity")),
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
    unfold=_by_organelle,
)

REALISM = Section(
    "realism",
    "Realism of single cells (Fig. 8)",
    "The share of synthetic cells that a linear classifier, trained on 89 shape features, takes "
    "for real: 0.5 cannot be told apart, 0 is always recognised.",
    (
        Column("taken for real", ("fooled",)),
        Column("with equal numbers for all", ("equal_n", "fooled")),
        Column("taken for real, features V1", ("variants", "V1", "fooled")),
    ),
    (
        Chart(
            "realism",
            "Longer is better, up to the dotted line; the whisker spans 95 % of 100 repeats.",
            partial(bars, key="fooled", label="share taken for real", ideal=0.5),
        ),
        Chart(
            "realism-equal",
            "The same with as many cells of each class, and the same number, for every source: "
            "here sources can be compared with each other.",
            _equal,
        ),
    ),
)

C2ST = Section(
    "c2st",
    "Classifier two-sample test",
    "How often a classifier that never saw the held-out sections or fields tells synthetic cells "
    "from real ones: 0.5 is chance, and a small p says that chance would not do so.",
    (Column("accuracy", ("accuracy",)), Column("p", ("p_value",), 4)),
    (
        Chart(
            "c2st",
            "Nearer to the dotted line is better; the whisker is the 95 % interval of the share.",
            partial(bars, key="accuracy", label="share told rightly", ideal=0.5, top=1),
        ),
    ),
)

EMBEDDING = Section(
    "embedding",
    "The cells' features in two dimensions (t-SNE, Fig. 10)",
    "Each point is a cell, near others with like features: a good source covers the real cells "
    "and keeps no island of its own; distances between islands mean nothing.",
    charts=(
        Chart(
            "embedding",
            "Up to 100 cells of each source, drawn at random.",
            partial(scatter, key="points"),
        ),
    ),
)

SEGMENTATION = Section(
    "segmentation",
    "Segmentation accuracy (Table 2)",
    "How well a network that learnt from the real training sections reads the labels from the "
    "images: a mean IU as high and a NLL as low as the held-out sections' own means that image and "
    "labels belong together as they do in real tissue; better than that can mean too easy. Fixed "
    "labels are one set of generated labels, for which every system that can draws its images.",
    (
        Column("mean IU with background", ("mean_iu",)),
        Column("mean IU of the classes", ("mean_class_iu",)),
        Column("mean IU, each against the rest", ("mean_binary_iu",)),
        Column("NLL, nats a pixel", ("nll",)),
        Column("mean IU, fixed labels", ("fixed_labels", "mean_iu")),
        Column("NLL, fixed labels", ("fixed_labels", "nll")),
    ),
    (
        Chart(
            "segmentation",
            "Longer is better, up to the held-out sections' bar.",
            partial(bars, key="mean_iu", label="mean IU", top=1),
        ),
    ),
)

SPECTRA = Section(
    "spectra",
    "Images: power spectrum and grey levels",
    "Distances of the images to those of the training sections, to be compared with the held-out "
    "sections' own: blur lowers the right end of the spectrum, a grid makes a spike.",
    (
        Column("power spectrum, decades", ("power_distance",)),
        Column("χ² grey levels", ("grey_chi2",)),
    ),
    (
        Chart(
            "spectra",
            "Each curve is the mean of a source's images: it should lie on the real ones.",
            _spectrum,
        ),
        Chart(
            "grey-levels",
            "The share of pixels of each grey level, from black to white.",
            _greys,
        ),
    ),
)

SUPPORT = Section(
    "support",
    "How many different labels: the birthday test (Fig. 15)",
    "Two labels count as alike where their IU is above 0.9; a source with few labels shows alike "
    "ones in small batches. Where no two were alike there is no estimate, and its lower bound "
    "counts.",
    (Column("estimated number of labels", ("estimate",), 0),),
    (
        Chart(
            "support",
            "The smallest distance of any two labels in a batch: below the dotted line two are "
            "alike, so a curve that stays high is a source that does not repeat itself.",
            _closest,
        ),
    ),
    (("closest", "The most similar pairs of each source, side by side."),),
)

COPYING = Section(
    "copying",
    "Copying",
    "Distance (1 − IU) of patches to the nearest training patch over shifts and symmetries: a "
    "source that copies comes nearer than held-out tissue does, and its p is small.",
    (
        Column("median distance", ("nearest_distance",)),
        Column("held-out median", ("floor",)),
        Column("share nearer than any held-out patch", ("copied",)),
        Column("p", ("p_value",), 4),
    ),
    (
        Chart(
            "copying",
            "A bar far shorter than that of the held-out sections is a source that copies.",
            partial(bars, key="nearest_distance", label="distance to the nearest training patch"),
        ),
    ),
    (
        (
            "nearest",
            "The patch that comes nearest, beside the training patch that it is nearest to.",
        ),
    ),
)

SEAMS = Section(
    "seams",
    "Seams",
    "Whether the grid of the computation shows, each the worst of classes and image: dependence "
    "on the phase, likeness one period on, and steps at borders in standard deviations. Values of "
    "the held-out sections are what tissue without a grid has.",
    (
        Column("phase, χ² a phase", ("phase",), 5),
        Column("period, excess correlation", ("period",), 4),
        Column("border, standard deviations", ("border",), 2),
    ),
)

SAMPLES = Section(
    "samples",
    "Samples side by side",
    "The middle of the first field of each source at one scale, not picked.",
    pictures=(("image", "Images."), ("labels", "Labels, in the colours of their classes.")),
)

SECTIONS: tuple[Section, ...] = (
    SAMPLES,
    STATISTICS,
    REALISM,
    C2ST,
    EMBEDDING,
    SUPPORT,
    COPYING,
    SEAMS,
    SPECTRA,
    SEGMENTATION,
    UTILITY,
)
