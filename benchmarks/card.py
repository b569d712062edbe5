"""Writes a shipped model's card and the pictures of it: ``make card``.

Everything in the card that is a figure is measured here or read from the model's own config.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

import completion
from quality import FIELDS, SIDE, measured, table

from tissuegan.data import load_sections
from tissuegan.io.picture import preview, write_picture
from tissuegan.models import Model, load
from tissuegan.models.registry import parameters
from tissuegan.region import Region
from tissuegan.sampling import Canvas

ROOT = Path(__file__).parent.parent
GAP = 8

CARD = """# {name}

{about}

{parameters:,} weights, {size:.1f} MB.

- **Data**: the segmented anisotropic ssTEM dataset of neural tissue (Gerhard, Funke, Martel,
  Cardona, Fetter; doi 10.6084/m9.figshare.856713), stack 1, {pixel:g} nm a pixel. Trained on
  sections {sections}; no other section was seen.
- **Licence**: the weights derive from that data and come under its licence, CC BY-NC-SA 3.0.
- **Training**: a model of kind `{kind}`.
  {training}
  {history}
- **Makes**: {makes}.

## Measured

{measured}

## What it is bad at

{bad}
"""

GENERATED = """
{fields} fields of {side} x {side} pixels, seeds 0 to {last}, no editing, against the sections
measured alike. The held-out sections show how far real tissue is from the training sections.

{table}

The phase test is the variance of the class density over the pixel's phase modulo {stride} pixels,
relative to that of independent pixels; a lattice would raise it far above the sections' own value.
"""

COMPLETED = """
The membranes of the held-out sections 10 to 19 (1024 x 1024 pixels), completed with seeds 0 and 1,
against the mitochondria that those sections have. Those at a section's border are not counted.

{table}

Two answers to the same membranes that overlap no more than an answer and the real mitochondria do
are answers of a model that does not give one for all.
"""


def side_by_side(
    model: Model, data: Path, height: int = 512, width: int = 768
) -> NDArray[np.uint8]:
    """A held-out section above generated tissue, at one scale: the image, then labels over it."""
    real = load_sections(data, model.card.classes)[14][Region(256, 128, height, width)]
    made = Canvas(model, seed=7)[Region(0, 0, height, width)]
    rows = [preview(real), preview(made)]
    line = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    return np.concatenate([rows[0], line, rows[1]])


def told(name: str, what: str) -> str:
    """What people wrote of a model: about it, its history, or its limits."""
    return (Path(__file__).parent / f"{name}-{what}.md").read_text(encoding="utf-8").strip()


def trained(model: Model) -> dict[str, str]:
    """How each part was trained that was taken over, and what was trained together, in a line."""
    facts = dict(model.card.training)
    begun = {k: v for k, v in facts.items() if "began" in k}
    parts = {k.partition(" began")[0]: v for k, v in begun.items()}
    own = "; ".join(f"{k} {v}" for k, v in facts.items() if k not in begun)
    together = "then together" if parts else "in one go"
    return {**parts, **({} if facts["steps"] == "0" else {together: own})}


def generated(model: Model, data: Path) -> str:
    """What is measured of a model that makes labels from noise."""
    assert model.labels is not None
    facts = {"fields": FIELDS, "side": SIDE, "last": FIELDS - 1, "stride": model.labels.stride}
    return GENERATED.format(table=table(measured(model, data)), **facts)


def completed(model: Model, data: Path) -> str:
    """What is measured of a model that draws some classes for others."""
    return COMPLETED.format(table=completion.table(model, data))


def card(model: Model, data: Path) -> str:
    """The text of the model's card."""
    own = model.labels is not None
    verbs = ("generate", "render") if own else ("complete",)
    weights = ROOT / "src" / "tissuegan" / "weights" / model.name / "weights.safetensors"
    return CARD.format(
        name=model.name,
        parameters=parameters(model),
        size=weights.stat().st_size / 1e6,
        pixel=model.pixel_size_nm,
        sections=model.card.training["sections"],
        training="\n  ".join(f"{what}: {facts}." for what, facts in trained(model).items()),
        makes=" and ".join(f"`tissuegan {verb} {model.name}`" for verb in verbs),
        measured=(generated if own else completed)(model, data).strip(),
        about=told(model.name, "about"),
        kind=model.card.model,
        history=told(model.name, "history").replace("\n", "\n  "),
        bad=told(model.name, "limits"),
    )


def main() -> None:
    """Measures, writes the card and the README's picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the VNC folder")
    parser.add_argument("models", nargs="*", default=["vnc-sgan"], help="shipped models")
    asked = parser.parse_args()
    for name in asked.models:
        folder = ROOT / "src" / "tissuegan" / "weights" / name
        (folder / "README.md").write_text(card(load(name), asked.data), encoding="utf-8")
    write_picture(ROOT / "docs" / "images" / "side-by-side.png", side_by_side(load(), asked.data))


if __name__ == "__main__":
    main()
