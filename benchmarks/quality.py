"""Label statistics of a model beside those of the sections that it learnt from, and held-out ones.

Ten fields of 1024 x 1024 pixels, seeds 0 to 9, unedited; sections 00-09 trained the model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tissuegan.data import load_sections
from tissuegan.editing.lines import THICKEST_NM
from tissuegan.editing.summary import closedness
from tissuegan.evaluation.seams import phase_chi2
from tissuegan.evaluation.statistics import area_fraction, closed_share, equivalent_diameters
from tissuegan.models import Model
from tissuegan.region import Region
from tissuegan.sampling import Canvas

FIELDS, SIDE = 10, 1024


@dataclass(frozen=True)
class Quality:
    """The statistics of a set of label fields; sizes in micrometres."""

    closed: float
    ends: float
    membrane: float
    mitochondrion: float
    cell_diameter: float
    cells: int
    mitochondrion_diameter: float
    mitochondria: int
    membrane_phase: float
    mitochondrion_phase: float


def quality(fields: Sequence[NDArray[np.bool_]], pixel_um: float, stride: int) -> Quality:
    """Statistics of fields (2, H, W) of membrane and mitochondrion."""
    stack = np.stack(fields)
    membrane, organelle = stack[:, 0], stack[:, 1]
    cells = np.concatenate([equivalent_diameters(~field, pixel_um) for field in membrane])
    mitos = np.concatenate([equivalent_diameters(field, pixel_um) for field in organelle])
    half = round(THICKEST_NM / 1000 / pixel_um)
    return Quality(
        closed=float(np.mean([closed_share(field) for field in membrane])),
        ends=float(np.mean([closedness(field, half)[1] for field in membrane])),
        membrane=area_fraction(membrane),
        mitochondrion=area_fraction(organelle),
        cell_diameter=float(cells.mean()),
        cells=len(cells),
        mitochondrion_diameter=float(mitos.mean()),
        mitochondria=len(mitos),
        membrane_phase=phase_chi2(membrane, stride),
        mitochondrion_phase=phase_chi2(organelle, stride),
    )


def measured(model: Model, data: Path) -> dict[str, Quality]:
    """Training sections, held-out sections and the model, measured alike."""
    assert model.labels is not None
    stride, pixel_um = model.labels.stride, model.pixel_size_nm / 1000
    region = Region(0, 0, SIDE, SIDE)
    sections = load_sections(data, model.card.classes)
    fields = {
        "training sections": [section.tissue.masks for section in sections[:10]],
        "held-out sections": [section.tissue.masks for section in sections[10:]],
        model.name: [Canvas(model, seed).masks(region) for seed in range(FIELDS)],
    }
    return {name: quality(masks, pixel_um, stride) for name, masks in fields.items()}


ROWS: Sequence[tuple[str, Callable[[Quality], str]]] = (
    ("area in closed cells", lambda q: f"{q.closed:.2%}"),
    ("open ends of membranes, a field", lambda q: f"{q.ends:.1f}"),
    ("membrane, share of the area", lambda q: f"{q.membrane:.2%}"),
    ("mitochondrion, share of the area", lambda q: f"{q.mitochondrion:.2%}"),
    ("mean cell diameter, µm (n)", lambda q: f"{q.cell_diameter:.4f} ({q.cells})"),
    (
        "mean mitochondrion diameter, µm (n)",
        lambda q: f"{q.mitochondrion_diameter:.4f} ({q.mitochondria})",
    ),
    ("phase test, membrane (10⁻⁴)", lambda q: f"{q.membrane_phase * 1e4:.2f}"),
    ("phase test, mitochondrion (10⁻⁴)", lambda q: f"{q.mitochondrion_phase * 1e4:.2f}"),
)


def table(results: dict[str, Quality]) -> str:
    """The results as a Markdown table."""
    head = "| | " + " | ".join(results) + " |"
    rule = "|---" * (len(results) + 1) + "|"
    lines = [
        f"| {title} | " + " | ".join(show(q) for q in results.values()) + " |"
        for title, show in ROWS
    ]
    return "\n".join([head, rule, *lines])
