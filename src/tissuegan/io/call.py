"""What a written picture says of the call that made it: the same call again goes on with it."""

from __future__ import annotations

from tissuegan.models.model import Model


def made_by(verb: str, model: Model) -> dict[str, str]:
    """The verb and the model, with digests of all that the model's tissue depends on."""
    return {
        "made by": verb,
        "model": model.name,
        "weights": model.digest,
        "settings": model.identity[:16],
    }
