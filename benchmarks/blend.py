"""Averages the weights of models of one training, such as those of its earlier checkpoints.

python benchmarks/blend.py OUT MODEL=SHARE MODEL=SHARE ...
"""

from __future__ import annotations

import sys
from pathlib import Path

from tissuegan.models.card import read_model, write_model


def main(out: Path, shares: dict[str, float]) -> None:
    """Writes a model folder with the first model's card and the weighted mean of all weights."""
    models = {name: read_model(Path(name)) for name in shares}
    card = next(iter(models.values()))[0]
    total = sum(shares.values())
    parts = [
        {key: value.float() * (shares[name] / total) for key, value in weights.items()}
        for name, (_, weights, _) in models.items()
    ]
    write_model(out, card, {key: sum(part[key] for part in parts) for key in parts[0]})


if __name__ == "__main__":
    pairs = (text.rpartition("=") for text in sys.argv[2:])
    main(Path(sys.argv[1]), {name: float(share) for name, _, share in pairs})
