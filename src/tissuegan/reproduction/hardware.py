"""What each system cost: steps, seconds and processor, from its run folder."""

from __future__ import annotations

from pathlib import Path

from tissuegan.evaluation.panel import Json
from tissuegan.models import load
from tissuegan.models.registry import parameters
from tissuegan.reproduction.budget import budgets
from tissuegan.reproduction.plan import Item, starts_of
from tissuegan.training.sessions import read_sessions


def spent(item: Item) -> Json:
    """Recipe, steps, batch, crop and starts of a finished run; seconds and hardware as recorded.

    Of a run that recorded no sessions "about_seconds" is judged by the times of its samples, and
    "seconds" is None.
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
        "begins": starts_of(item),
        "parameters": parameters(model),
        "weights": model.digest,
        "seconds": round(sum(each.seconds for each in sessions), 1) if known else None,
        "about_seconds": None if known else _by_samples(item.run),
        "hardware": sorted({f"{each.device}, torch {each.torch}" for each in sessions}),
        "threads": sorted({each.threads for each in sessions}),
    }


def _by_samples(run: Path) -> float | None:
    """Seconds from the first to the last sheet of samples, as if all steps had gone like these."""
    sheets = sorted((run / "samples").glob("*.png"))
    if len(sheets) < 2:
        return None
    first, last = (int(sheet.stem) for sheet in (sheets[0], sheets[-1]))
    between = sheets[-1].stat().st_mtime - sheets[0].stat().st_mtime
    return round(between * last / (last - first), 1)
