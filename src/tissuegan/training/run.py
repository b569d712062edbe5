"""A run folder from a recipe and data: the same call goes on where a killed one stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tissuegan.data import load_labels, load_sections
from tissuegan.data.patches import PatchSampler
from tissuegan.data.scaling import scaled
from tissuegan.errors import UserError
from tissuegan.models.kinds import KINDS
from tissuegan.progress import Progress
from tissuegan.training import checkpoint
from tissuegan.training.arithmetic import Arithmetic, begun_in, keep, precision
from tissuegan.training.build import build, unstarted
from tissuegan.training.divergence import refuse_lost_losses, refuse_lost_weights
from tissuegan.training.folder import RunFolder
from tissuegan.training.loop import Trainer
from tissuegan.training.made import MadeSampler
from tissuegan.training.recipe import Recipe, load_recipe

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def train(
    recipe: str,
    data: Path,
    out: Path,
    sections: slice | None = None,
    steps: int | None = None,
    device: str = "auto",
    devices: int = 1,
    overrides: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Iterator[Progress]:
    """Trains a recipe on a dataset into a run folder, one progress a step.

    Writes ``recipe.toml, metrics.csv, sessions.csv, samples/*.png, checkpoint/, model/`` below
    ``out``. A run that is there already goes on from its checkpoint; UserError if its recipe
    differs.
    """
    changes = {**(overrides or {}), **({} if steps is None else {"steps": str(steps)})}
    chosen = load_recipe(recipe, changes)
    load = load_sections if KINDS[chosen.model].needs_images else load_labels
    loaded = [scaled(s, chosen.scale) for s in load(data, chosen.classes or None, sections)]
    sampler = PatchSampler(loaded, chosen.crop, chosen.batch, chosen.seed)
    arithmetic = precision(chosen.precision, device, begun_in(out))
    fabric = launch(chosen, device, devices, arithmetic)
    built = unstarted if checkpoint.exists(out / checkpoint.FOLDER) else build
    shown = sampler if chosen.given_by is None else MadeSampler.of(sampler, chosen.given_by)
    trainer = Trainer(fabric, chosen, built(chosen, loaded[0].classes.names), shown)
    if dry_run:
        yield Progress(0, chosen.steps, "dry run: data and recipe fit")
        return
    first = fabric.global_rank == 0
    folder = RunFolder.open(out, chosen, loaded) if first else None
    restore(trainer, out / checkpoint.FOLDER)
    if folder is not None:
        keep(out, arithmetic)
        folder.resume(trainer.step, trainer.fabric.device)
    yield from follow(trainer, folder)
    yield Progress(chosen.steps, chosen.steps, f"model written to {out / 'model'}")


def restore(trainer: Trainer, folder: Path) -> None:
    """Takes up the checkpoint of a folder, if it has one; UserError if it is another model's."""
    state = checkpoint.load(folder, trainer.fabric.device)
    try:
        if state is not None:
            trainer.restore(state)
    except (RuntimeError, KeyError, ValueError) as error:
        raise UserError(
            f"The checkpoint in {folder} is of a run with other classes or another version of "
            "the networks; choose another --out."
        ) from error


def launch(
    recipe: Recipe, device: str, devices: int, arithmetic: Arithmetic | None = None
) -> Fabric:
    """Lightning Fabric on the devices asked for, in the recipe's arithmetic where none is given.

    Raises:
        UserError: the devices are not there, or the batch cannot be shared out evenly.
    """
    import torch
    from lightning_fabric import Fabric

    refuse_batch(recipe, devices)
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError("There is no CUDA device here; use --device cpu or --device auto.")
    if device == "cuda" and devices > torch.cuda.device_count():
        raise UserError(
            f"There are {torch.cuda.device_count()} CUDA devices here and not {devices}; "
            "give a smaller --devices."
        )
    accelerator = "auto" if device == "auto" else device
    strategy = "ddp" if devices > 1 else "auto"
    fabric = Fabric(
        accelerator=accelerator,
        devices=devices,
        strategy=strategy,
        precision=arithmetic or precision(recipe.precision, device),
    )
    fabric.launch()
    return fabric


def refuse_batch(recipe: Recipe, devices: int) -> None:
    """UserError where a batch cannot be shared out, or a device gets too few of it."""
    if recipe.batch % devices:
        raise UserError(
            f"A batch of {recipe.batch} cannot be shared out evenly over {devices} devices; "
            f"set a multiple with --set batch={devices * -(-recipe.batch // devices)}."
        )
    halves = 1 if recipe.given_by is None else 2
    if recipe.batch % (halves * devices):
        raise UserError(
            f"Half of a batch of {recipe.batch} is given by {recipe.given_by} and cannot be shared "
            f"out evenly over {devices} devices; give --set batch={halves * devices} or a multiple."
        )
    least = devices * KINDS[recipe.model].smallest_batch
    if recipe.batch < least:
        raise UserError(
            f"The model {recipe.model} compares the patches that a device sees with each other: a "
            f"batch of {recipe.batch} is too small; give --set batch={least} or more."
        )


def follow(trainer: Trainer, folder: RunFolder | None) -> Iterator[Progress]:
    """Steps a trainer to its recipe's end; the process that has the folder writes to it."""
    recipe = trainer.recipe
    if folder is not None and not recipe.steps:
        folder.keep(trainer, {})
    while trainer.step < recipe.steps:
        losses = trainer.advance()
        refuse_divergence(trainer, losses)
        if folder is not None:
            folder.keep(trainer, losses)
        yield Progress(trainer.step, recipe.steps, note(losses))
    if folder is not None:
        yield Progress(recipe.steps, recipe.steps, "calibrating")
        folder.finish(trainer)


def refuse_divergence(trainer: Trainer, losses: Mapping[str, float]) -> None:
    """UserError where a loss is no longer a number or, before they are kept, a weight."""
    recipe, step = trainer.recipe, trainer.step
    refuse_lost_losses(losses, step)
    if step % recipe.checkpoint_every == 0 or step == recipe.steps:
        refuse_lost_weights(trainer.model, step)


def note(losses: Mapping[str, float]) -> str:
    """The losses in a line."""
    return "  ".join(f"{name} {value:.3f}" for name, value in losses.items())
