"""What a reproduction cannot do, told before days of training."""

from __future__ import annotations

from collections.abc import Sequence

from tissuegan.data import Section
from tissuegan.data.patches import PatchSampler
from tissuegan.errors import UserError
from tissuegan.io.baselines import BASELINES
from tissuegan.io.source import is_model, open_sources
from tissuegan.models import load
from tissuegan.models.kinds import KINDS
from tissuegan.reproduction.budget import budgets
from tissuegan.reproduction.plan import Item
from tissuegan.reproduction.request import Request
from tissuegan.training.build import unstarted


def refuse(request: Request, items: Sequence[Item], sections: Sequence[Section]) -> None:
    """UserError where a model is not there, or a system does not fit the training sections."""
    _refuse_unknown(request)
    _refuse_others(request, sections[0])
    _refuse_small(request, items, sections[0])
    refuse_misfits(items, sections)


def refuse_device(request: Request, items: Sequence[Item]) -> None:
    """UserError where something is to be trained on a GPU and there is none."""
    import torch

    wanted = budgets().budgets[request.budget].device == "cuda"
    left = [item for item in items if item.state != "finished"]
    if wanted and left and not torch.cuda.is_available():
        raise UserError(
            f"The budget {request.budget} needs a GPU that PyTorch can use, and there is none; "
            "choose --budget cpu"
        )


def _refuse_others(request: Request, section: Section) -> None:
    """UserError where the model to begin with draws other classes than the sections have."""
    if request.start is None:
        return
    drawn, there = tuple(load(request.start).card.classes), section.classes.names
    if drawn != there:
        raise UserError(
            f"--start {request.start} draws {', '.join(drawn)}, and the sections have "
            f"{', '.join(there)}; name a model of these classes, or leave it out"
        )


def _refuse_small(request: Request, items: Sequence[Item], section: Section) -> None:
    """UserError where patches as small as the budget's do not fit the networks begun with."""
    if request.start is None or request.budget != "smoke":
        return
    try:
        for item in items:
            unstarted(item.recipe, section.classes.names)
    except UserError as error:
        raise UserError(
            f"The patches of --budget smoke are too small for the networks of {request.start}; "
            "choose --budget cpu or gpu"
        ) from error


def refuse_misfits(items: Sequence[Item], sections: Sequence[Section]) -> None:
    """UserError where a system's networks and the sections do not fit: before days of training."""
    for item in items:
        if item.state != "finished":
            _refuse_imageless(item, sections)
            PatchSampler(sections, item.recipe.crop, item.recipe.batch, item.recipe.seed)
            unstarted(item.recipe, sections[0].classes.names)


def _refuse_unknown(request: Request) -> None:
    """UserError where a further source or the judge is not there: before days of training."""
    for source in request.also:
        if is_model(source):
            load(source)
        elif source not in BASELINES:
            open_sources(source)
    if request.judge is not None and load(request.judge).segmenter is None:
        raise UserError(
            f"--judge {request.judge} does not segment; name a model of recipe segmenter, such as "
            "vnc-segmenter"
        )


def _refuse_imageless(item: Item, sections: Sequence[Section]) -> None:
    without = [section.name for section in sections if section.tissue.image is None]
    if without and KINDS[item.recipe.model].needs_images:
        raise UserError(
            f"The system {item.name} learns from images, and section {without[0]} has none; add "
            "the images to the dataset, or leave such systems out with --systems"
        )
