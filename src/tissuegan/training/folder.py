"""The run folder: what a run leaves behind, and what a later call finds there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from tissuegan.data.section import Section
from tissuegan.errors import UserError
from tissuegan.models.card import ModelCard, replace_file, write_model
from tissuegan.models.completed import CompletedLabels
from tissuegan.models.products import Products, products
from tissuegan.training import checkpoint
from tissuegan.training.build import History, averaged_weights, card
from tissuegan.training.calibrate import (
    SoftLabels,
    area_fractions,
    completion_thresholds,
    thresholds,
    thresholds_in_turn,
)
from tissuegan.training.logits import Line, lines
from tissuegan.training.loop import Trainer
from tissuegan.training.recipe import Recipe, load_recipe
from tissuegan.training.record import Record, write_sheet
from tissuegan.training.sessions import Stopwatch
from tissuegan.training.tones import tones

DATA = Path(checkpoint.FOLDER) / "sections.txt"
HISTORY = Path(checkpoint.FOLDER) / "began.json"
CADENCE = {"steps", "checkpoint_every", "sample_every", "record_every"}


class RunFolder:
    """``RUN/{recipe.toml, metrics.csv, sessions.csv, samples/*.png, checkpoint/, model/}``.

    Args:
        path: the folder, which exists.
        sections: what the run learns from, for the model's card.
        history: where its parts began, likewise.
    """

    def __init__(self, path: Path, sections: Sequence[Section], history: History) -> None:
        self.path = path
        self.sections = sections
        self.history = history
        self.record: Record | None = None
        self.watch: Stopwatch | None = None

    @classmethod
    def open(cls, path: Path, recipe: Recipe, sections: Sequence[Section]) -> RunFolder:
        """Makes the folder, or takes the one that is there.

        Raises:
            UserError: it holds a run of another recipe or other data, or cannot be written.
        """
        file = path / "recipe.toml"
        try:
            path.mkdir(parents=True, exist_ok=True)
            if file.exists():
                refuse_other_recipe(file, recipe)
                refuse_other_data(path / DATA, sections)
            replace_file(file, recipe.to_toml().encode())
            (path / DATA).parent.mkdir(exist_ok=True)
            replace_file(path / DATA, described_data(sections).encode())
            history = kept_history(path / HISTORY, recipe)
        except OSError as error:
            raise UserError(
                f"The run folder {path} cannot be written ({error.strerror}); choose another --out."
            ) from error
        return cls(path, sections, history)

    def resume(self, step: int, device: torch.device) -> None:
        """Goes on after a step: what a killed run recorded beyond it is dropped."""
        self.record = Record(self.path, step)
        self.watch = Stopwatch(self.path, step, device)

    def keep(self, trainer: Trainer, losses: Mapping[str, float]) -> None:
        """Writes what is due after a step; everything is due after the last."""
        recipe, step = trainer.recipe, trainer.step
        last = step == recipe.steps
        if self.record is not None and (step % recipe.record_every == 0 or last):
            self.record.add(step, losses)
        if step % recipe.sample_every == 0 or last:
            write_sheet(self.path / "samples" / f"{step:06d}.png", trainer.sheet())
        if step % recipe.checkpoint_every == 0 or last:
            checkpoint.save(self.path / checkpoint.FOLDER, trainer.state())
            if self.watch is not None:
                self.watch.mark(step)
            if not last:  # which `finish` writes, calibrated
                self._write_model(trainer, self._card(trainer))

    def finish(self, trainer: Trainer) -> None:
        """Closes the record and leaves the model, also where there was no step to make."""
        if self.record is not None:
            self.record.close()
        described, weights = calibrated(trainer, self._card(trainer), self.sections)
        write_model(self.path / "model", described, weights)

    def _card(self, trainer: Trainer) -> ModelCard:
        return card(trainer.recipe, self.sections, trainer.step, self.history)

    def _write_model(self, trainer: Trainer, described: ModelCard) -> None:
        write_model(self.path / "model", described, averaged_weights(trainer.average))


def calibrated(
    trainer: Trainer, described: ModelCard, sections: Sequence[Section]
) -> tuple[ModelCard, Mapping[str, Tensor]]:
    """Card and weights with the thresholds, the tone curve or the logits laid right."""
    weights = averaged_weights(trainer.average)
    if described.model == "segmenter":
        return _laid(described, weights, sections)
    described = _cut(described, products(described, weights), sections)
    return _toned(described, products(described, weights), sections), weights


def _laid(
    described: ModelCard, weights: Mapping[str, Tensor], sections: Sequence[Section]
) -> tuple[ModelCard, Mapping[str, Tensor]]:
    """With the segmenter's logits on the line that fits the sections, where there is one."""
    part = products(described, weights).segmenter
    found = () if part is None else lines(part, sections)
    if part is None or not found:
        return described, weights
    part.network.lay(found)
    told = {"calibration": f"logits laid right on the training sections: {_told(found)}"}
    described = described.model_copy(update={"training": {**described.training, **told}})
    state = part.network.state_dict()
    return described, {f"segmenter.{key}": tensor for key, tensor in state.items()}


def _told(found: Sequence[Line]) -> str:
    return "; ".join(f"scale {scale:.3f}, offset {offset:.3f}" for scale, offset in found)


def _cut(described: ModelCard, made: Products, sections: Sequence[Section]) -> ModelCard:
    """With the thresholds of the labels that are made, where there are any."""
    if isinstance(made.labels, CompletedLabels):
        cuts = thresholds_in_turn(made.labels, area_fractions(sections))
    elif isinstance(made.labels, SoftLabels):
        cuts = thresholds(made.labels, area_fractions(sections))
    elif made.completion is not None:
        cuts = completion_thresholds(made.completion, sections)
    else:
        return described
    return described.model_copy(update={"thresholds": cuts})


def _toned(described: ModelCard, made: Products, sections: Sequence[Section]) -> ModelCard:
    """With the tone curve of the images that are made, where there are any."""
    if made.image is None or described.intensity is None:
        return described
    curve = tones(made.image, made.labels, sections)
    return described.model_copy(
        update={"intensity": described.intensity.model_copy(update={"tones": curve})}
    )


def kept_history(path: Path, recipe: Recipe) -> History:
    """Where a run's parts began, written down when it begins: these folders may go afterwards."""
    if path.exists():
        return History.model_validate_json(path.read_bytes())
    history = History.of(recipe)
    replace_file(path, history.model_dump_json(indent=2).encode())
    return history


def described_data(sections: Sequence[Section]) -> str:
    """The sections by name and contents, in a line each."""
    return "".join(f"{section.digest}  {section.name}\n" for section in sections)


def refuse_other_data(path: Path, sections: Sequence[Section]) -> None:
    """UserError where a run folder's run learnt from other sections."""
    if path.exists() and path.read_text(encoding="utf-8") != described_data(sections):
        raise UserError(
            f"The run in {path.parent.parent} learns from other sections than those asked for; "
            "choose another --out or repeat its --data and --sections."
        )


def refuse_other_recipe(path: Path, recipe: Recipe) -> None:
    """UserError where a run folder holds another recipe; how long it trains may change."""
    there = load_recipe(path)
    if there.model_dump(exclude=CADENCE) != recipe.model_dump(exclude=CADENCE):
        raise UserError(
            f"{path} is another recipe than the one asked for; "
            "choose another --out or repeat its settings."
        )
