"""What a model draws for the membranes of held-out sections, beside what these sections have.

Ten sections, seeds 0 and 1; beyond its border a section is continued by reflection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tissuegan.data import load_sections
from tissuegan.evaluation.tables import object_rows
from tissuegan.models import Model
from tissuegan.objects import Roles
from tissuegan.sampling import Completion
from tissuegan.tissue import Tissue

SEEDS = 2
SPECK_UM = 0.08
Masks = NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """The organelles of tissues with the same membranes.

    Attributes:
        area: share of the pixels.
        diameters: equivalent, in micrometres, of those off the border, as the judge counts them.
        a_cell: how many there are for each cell.
        roundness: Wadell's, the mean.
        on_membrane: share of them that lies on the given membranes.
        fields: how many tissues there are.
    """

    area: float
    diameters: NDArray[np.float64]
    a_cell: float
    roundness: float
    on_membrane: float
    fields: int


def answers(tissues: Sequence[Tissue]) -> Answers:
    """Of tissues with masks (2, H, W): what is given, then what is made for it."""
    names = tissues[0].classes.names
    tables = [object_rows(tissue, Roles(names[0], names[1:])) for tissue in tissues]
    made = [table[table.kind == names[1]] for table in tables]
    cells = sum(int((table.kind == "cell").sum()) for table in tables)
    given, drawn = (np.stack([tissue.masks[k] for tissue in tissues]) for k in (0, 1))
    return Answers(
        area=float(drawn.mean()),
        diameters=np.concatenate([table.diameter_um.to_numpy(float) for table in made]),
        a_cell=sum(map(len, made)) / cells,
        roundness=float(np.concatenate([table.roundness.to_numpy(float) for table in made]).mean()),
        on_membrane=float((given & drawn).sum() / drawn.sum()),
        fields=len(tissues),
    )


def overlap(one: Sequence[Tissue], other: Sequence[Tissue]) -> float:
    """Intersection over union of the made class of two answers to the same membranes."""
    drawn, again = (np.stack([tissue.masks[1] for tissue in each]) for each in (one, other))
    return float((drawn & again).sum() / (drawn | again).sum())


ROWS: Sequence[tuple[str, Callable[[Answers], str]]] = (
    ("share of the area", lambda a: f"{a.area:.2%}"),
    ("mitochondria a section (n)", lambda a: f"{len(a.diameters) / a.fields:.1f} ({a.fields})"),
    ("mitochondria a cell", lambda a: f"{a.a_cell:.3f}"),
    ("mean diameter, µm (n)", lambda a: f"{a.diameters.mean():.3f} ({len(a.diameters)})"),
    ("of them smaller than 80 nm", lambda a: f"{(a.diameters < SPECK_UM).mean():.1%}"),
    ("mean roundness (Wadell)", lambda a: f"{a.roundness:.3f}"),
    ("share that lies on the given membranes", lambda a: f"{a.on_membrane:.2%}"),
)


def table(model: Model, data: Path) -> str:
    """The figures of a model as a Markdown table."""
    sections = load_sections(data, model.classes.names)[10:]
    real = [section.tissue for section in sections]
    made = [
        [Completion(model, section, seed)[section.bounds] for section in sections]
        for seed in range(SEEDS)
    ]
    columns = answers(real), answers([tissue for each in made for tissue in each])
    rows = [f"| {name} | {' | '.join(told(each) for each in columns)} |" for name, told in ROWS]
    against = sum(overlap(each, real) for each in made) / SEEDS
    rows.append(f"| intersection over union of two seeds | - | {overlap(*made):.3f} |")
    rows.append(f"| intersection over union with the real ones | - | {against:.3f} |")
    return "\n".join(["| | held-out sections | made |", "|---|---|---|", *rows])
