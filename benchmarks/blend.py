"""Averages the weights of models of one training, such as those of its earlier checkpoints.

python benchmarks/blend.py OUT MODEL=SHARE MODEL=SHARE ... [TENSOR*GAIN ...]

A tensor by name may be multiplied afterwards: labels.stages.0.0.conv.weight*1.35 makes the coarsest
noise of a label generator as much stronger.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tissuegan.models.card import read_model, write_model


def main(out: Path, shares: dict[str, float], gains: dict[str, float]) -> None:
    """Writes a model folder with the first model's card and the weighted mean of all weights."""
    models = {name: read_model(Path(name)) for name in shares}
    card = next(iter(models.values()))[0]
    total = sum(shares.values())
    parts = [
        {key: value.float() * (shares[name] / total) for key, value in weights.items()}
        for name, (_, weights, _) in models.items()
    ]
    blend = {key: sum(part[key] for part in parts) for key in parts[0]}
    for key, gain in gains.items():
        blend[key] = blend[key] * gain
    write_model(out, card, blend)


def _pairs(separator: str) -> dict[str, float]:
    """What the arguments with a separator say, a number by name."""
    pairs = (text.rpartition(separator) for text in sys.argv[2:] if separator in text)
    return {name: float(number) for name, _, number in pairs}


if __name__ == "__main__":
    main(Path(sys.argv[1]), _pairs("="), _pairs("*"))
