"""Writes the page of unpicked samples, with what was measured of each: ``make samples``.

Sixteen windows a model, seeds 0 to 15, at the same place, none chosen, and the worst by what the
judge's segmenter reads in it shown again beside a held-out section. Every figure is measured here.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tissuegan.data import load_sections
from tissuegan.evaluation.segmentation import Reader, mean_iu, mean_nll, reading
from tissuegan.evaluation.statistics import area_fraction, closed_share, equivalent_diameters
from tissuegan.io.picture import preview, write_picture
from tissuegan.io.reader import SEGMENTER, reader
from tissuegan.models import load
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs"
SEEDS, SIDE, COLUMNS, GAP = 16, 768, 4, 6
WHERE = Region(0, 0, SIDE, SIDE)

PAGE = """# How good is it, and where does it fail

`make samples` draws and measures this page. Samples are not picked: seeds 0 to {last}, the window
of {side} x {side} pixels at (0, 0), no editing. The held-out sections, measured alike, show
what real tissue gives. Cells that the border cuts are left out of the diameters. Mean IU (over
background and classes) and NLL are what `vnc-segmenter`, trained on real sections 00 to 09 alone,
reads in the images. The statistics over many samples are in
[the shipped models, judged](shipped.md).

{models}
"""

MODEL = """## {name}

![Images and labels of seeds 0 to {last}](images/{name}-samples.png)

{table}

The worst sample by mean IU, seed {worst}, above a window of held-out section 14:

![The worst sample above a real section](images/{name}-worst.png)

{limits}
"""


@dataclass(frozen=True, eq=False)
class Sample:
    """A window of tissue and what was measured of it; sizes in micrometres."""

    name: str
    tissue: Tissue
    closed: float
    membrane: float
    mitochondrion: float
    cells: int
    diameter: float
    mean_iu: float
    nll: float


def sample(name: str, tissue: Tissue, judge: Reader) -> Sample:
    """A window, measured."""
    membrane, organelle = tissue.masks
    cells = equivalent_diameters(~membrane, tissue.pixel_size_nm / 1000)
    read = reading(judge, tissue)
    return Sample(
        name=name,
        tissue=tissue,
        closed=closed_share(membrane),
        membrane=area_fraction(membrane),
        mitochondrion=area_fraction(organelle),
        cells=len(cells),
        diameter=float(cells.mean()),
        mean_iu=mean_iu([read]),
        nll=mean_nll([read]),
    )


def real(data: Path, judge: Reader) -> Iterator[Sample]:
    """The same window of every held-out section."""
    for section in load_sections(data, judge.classes)[10:]:
        yield sample(f"section {section.name}", section[WHERE], judge)


def made(name: str, judge: Reader) -> Iterator[Sample]:
    """The same window of every seed."""
    model = load(name)
    for seed in range(SEEDS):
        yield sample(f"seed {seed}", Canvas(model, seed)[WHERE], judge)


def table(held_out: Sequence[Sample], samples: Sequence[Sample]) -> str:
    """One row a sample, after the range of the held-out sections."""
    head = "| | closed | membrane | mitochondrion | cells | mean diameter, µm | mean IU | NLL |"
    rows = [_row(each.name, [each]) for each in samples]
    whole = [_row("held-out sections, mean", held_out), _row("all seeds, mean", samples)]
    return "\n".join([head, "|---" * 8 + "|", *whole, *rows])


def _row(name: str, of: Sequence[Sample]) -> str:
    def mean(field: str) -> float:
        return float(np.mean([getattr(each, field) for each in of]))

    return (
        f"| {name} | {mean('closed'):.2%} | {mean('membrane'):.1%} | {mean('mitochondrion'):.1%} "
        f"| {mean('cells'):.0f} | {mean('diameter'):.3f} | {mean('mean_iu'):.3f} "
        f"| {mean('nll'):.3f} |"
    )


def sheet(samples: Sequence[Sample]) -> NDArray[np.uint8]:
    """Image and labels of all samples in rows of four, at a third of their size."""
    tiles = [_framed(_small(preview(each.tissue))) for each in samples]
    rows = [np.concatenate(tiles[k : k + COLUMNS], axis=1) for k in range(0, len(tiles), COLUMNS)]
    return np.concatenate(rows)


def _small(picture: NDArray[np.uint8], by: int = 3) -> NDArray[np.uint8]:
    """Every ``by`` x ``by`` pixels of a picture (H, W, 3) averaged."""
    rows, columns = picture.shape[0] // by, picture.shape[1] // by
    blocks = picture[: rows * by, : columns * by].reshape(rows, by, columns, by, 3)
    averaged: NDArray[np.uint8] = np.rint(blocks.mean((1, 3))).astype(np.uint8)
    return averaged


def _framed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.pad(picture, ((0, GAP), (0, GAP), (0, 0)), constant_values=255)


def limits(name: str) -> str:
    """What people wrote of a model's weaknesses."""
    return (Path(__file__).parent / f"{name}-limits.md").read_text(encoding="utf-8").strip()


def shown(name: str, held_out: Sequence[Sample], judge: Reader) -> str:
    """A model's part of the page; writes its pictures."""
    samples = list(made(name, judge))
    worst = min(samples, key=lambda each: each.mean_iu)
    beside = next(each for each in held_out if each.name.endswith("14"))
    pair = np.concatenate([_framed(preview(each.tissue)) for each in (worst, beside)])
    write_picture(PAGES / "images" / f"{name}-samples.png", sheet(samples))
    write_picture(PAGES / "images" / f"{name}-worst.png", pair)
    return MODEL.format(
        name=name,
        last=SEEDS - 1,
        table=table(held_out, samples),
        worst=worst.name.removeprefix("seed "),
        limits=limits(name),
    )


def main() -> None:
    """Measures, draws and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the VNC folder")
    parser.add_argument("models", nargs="*", default=["vnc-sgan"])
    asked = parser.parse_args()
    judge = reader(load(SEGMENTER))
    held_out = list(real(asked.data, judge))
    models = "\n".join(shown(name, held_out, judge) for name in asked.models)
    page = PAGE.format(last=SEEDS - 1, side=SIDE, models=models.strip())
    (PAGES / "samples.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
