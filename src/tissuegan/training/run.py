"""A run folder from a recipe and data: the same call goes on where a killed one stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tissuegan.data import load_sections
from tissuegan.data.patches import PatchSampler
from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.models.card import write_model
from tissuegan.progress import Progress
from tissuegan.training import checkpoint
from tissuegan.training.build import averaged_weights, build, card
from tissuegan.training.loop import Trainer
from tissuegan.training.recipe import Recipe, load_recipe
from tissuegan.training.record import Record, write_sheet

if TYPE_CHECKING:
    from lightning_fabric import Fabric

CADENCE = {"steps", "checkpoint_every", "sample_every", "record_every"}


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

    Writes ``recipe.toml, metrics.csv, samples/*.png, checkpoint/, model/`` below ``out``. A run
    that is there already goes on from its checkpoint; UserError if its recipe differs.
    """
    changes = {**(overrides or {}), **({} if steps is None else {"steps": str(steps)})}
    chosen = load_recipe(recipe, changes)
    loaded = load_sections(data, chosen.classes or None, sections)
    sampler = PatchSampler(loaded, chosen.crop, chosen.batch, chosen.seed)
    fabric = launch(chosen, device, devices)
    trainer = Trainer(fabric, chosen, build(chosen, len(loaded[0].classes)), sampler)
    if dry_run:
        yield Progress(0, chosen.steps, "dry run: data and recipe fit")
        return
    yield from Run(out, trainer, loaded).run()


def launch(recipe: Recipe, device: str, devices: int) -> Fabric:
    """Lightning Fabric on the devices asked for; UserError where they are not there."""
    import torch
    from lightning_fabric import Fabric

    if device == "cuda" and not torch.cuda.is_available():
        raise UserError("There is no CUDA device here; use --device cpu or --device auto.")
    accelerator = "auto" if device == "auto" else device
    strategy = "ddp" if devices > 1 else "auto"
    fabric = Fabric(
        accelerator=accelerator, devices=devices, strategy=strategy, precision=recipe.precision
    )
    fabric.launch()
    return fabric


@dataclass(frozen=True, eq=False)
class Run:
    """A trainer and the folder that its results go to."""

    folder: Path
    trainer: Trainer
    sections: Sequence[Section]

    def run(self) -> Iterator[Progress]:
        """Trains from the last checkpoint, if there is one, to the recipe's last step."""
        recipe, trainer = self.trainer.recipe, self.trainer
        self._open()
        record = Record(self.folder, trainer.step)
        while trainer.step < recipe.steps:
            losses = trainer.advance()
            self._keep(record, losses)
            yield Progress(trainer.step, recipe.steps, note(losses))
        record.close()
        self._write_model()
        yield Progress(recipe.steps, recipe.steps, f"model written to {self.folder / 'model'}")

    def _open(self) -> None:
        recipe = self.trainer.recipe
        path = self.folder / "recipe.toml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if path.exists():
                refuse_other_recipe(path, recipe)
            path.write_text(recipe.to_toml(), encoding="utf-8")
        except OSError as error:
            raise UserError(f"The run folder {self.folder} cannot be written ({error.strerror}); choose another --out.") from error
        state = checkpoint.load(self.folder / "checkpoint", self.trainer.fabric.device)
        if state is not None:
            self.trainer.restore(state)

    def _keep(self, record: Record, losses: Mapping[str, float]) -> None:
        recipe, step = self.trainer.recipe, self.trainer.step
        if self.trainer.fabric.global_rank != 0:
            return
        last = step == recipe.steps
        if step % recipe.record_every == 0 or last:
            record.add(step, losses)
        if step % recipe.sample_every == 0 or last:
            write_sheet(self.folder / "samples" / f"{step:06d}.png", self.trainer.sheet())
        if step % recipe.checkpoint_every == 0 or last:
            checkpoint.save(self.folder / "checkpoint", self.trainer.state())
            self._write_model()

    def _write_model(self) -> None:
        described = card(self.trainer.recipe, self.sections, self.trainer.step)
        write_model(self.folder / "model", described, averaged_weights(self.trainer.average))


def note(losses: Mapping[str, float]) -> str:
    """The losses in a line."""
    return "  ".join(f"{name} {value:.3f}" for name, value in losses.items())


def refuse_other_recipe(path: Path, recipe: Recipe) -> None:
    """UserError where a run folder holds another recipe; how long it trains may change."""
    there = load_recipe(path)
    if there.model_dump(exclude=CADENCE) != recipe.model_dump(exclude=CADENCE):
        raise UserError(f"{path} is another recipe than the one asked for; choose another --out or repeat its settings.")
