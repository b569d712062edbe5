"""What each system cost: steps, seconds and processor, from its run folder."""

from __future__ import annotations

from tissuegan.evaluation.panel import Json
from tissuegan.models import load
from tissuegan.models.registry import parameters
from tissuegan.reproduction.budget import budgets
from tissuegan.reproduction.plan import Item, starts_of
from tissuegan.training.sessions import read_sessions


def spent(item: Item) -> Json:
    """Recipe, steps, batch, crop and starts of a finished run; seconds and hardware as recorded.

    "seconds" is None for a run that did not record its sessions.
    """
    sessions = read_sessions(item.run)
    model = load(item.run)
    known = sessions or not item.recipe.steps
    return {
        "recipe": budgets().systems[item.name].recipe,
        "steps": item.recipe.steps,
        "batch": item.recipe.batch,
        "crop": item.recipe.crop,
        "seed": item.recipe.seed,
        "begins": starts_of(item.name),
        "parameters": parameters(model),
        "weights": model.digest,
        "seconds": round(sum(each.seconds for each in sessions), 1) if known else None,
        "hardware": sorted({f"{each.device}, torch {each.torch}" for each in sessions}),
        "threads": sorted({each.threads for each in sessions}),
    }
