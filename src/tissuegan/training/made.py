"""Patches of what a trained model draws, beside those of the sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tissuegan.data.augment import SYMMETRIES, symmetry
from tissuegan.data.patches import Patches, PatchSampler
from tissuegan.errors import UserError
from tissuegan.models.registry import load
from tissuegan.models.synthesis import LabelPart
from tissuegan.region import Region

FIELDS, SIDE, FIRST_SEED = 40, 1024, 1 << 41


@dataclass(frozen=True, eq=False)
class MadeSampler:
    """The batches of a sampler, each with half as many patches of labels that a model draws.

    These lie in one of forty fields, each of which is drawn when it is first asked for. Like those
    of the sections they are a function of seed, step and place in the batch.

    Attributes:
        real: draws from the sections.
        labels: draws labels of the same classes.
    """

    real: PatchSampler
    labels: LabelPart

    @classmethod
    def of(cls, real: PatchSampler, source: str) -> MadeSampler:
        """With the labels of a model, given as :func:`tissuegan.load` takes it.

        Raises:
            UserError: there is no such model, or it draws no labels of the sections' classes.
        """
        model, tissue = load(source), real.sections[0].tissue
        if model.labels is None or model.classes.names != tissue.classes.names:
            raise UserError(
                f"The model '{source}' draws no labels of the classes "
                f"{', '.join(tissue.classes.names)}; set given_by to one that does."
            )
        return cls(real, model.labels)

    def draw(self, step: int, rank: int = 0, world: int = 1) -> Patches:
        """As :meth:`tissuegan.data.patches.PatchSampler.draw`, with made labels beside."""
        items = range(self.real.batch // 2)[rank::world]
        made = np.stack([self._item(step, item) for item in items])
        return replace(self.real.draw(step, rank, world), made=made)

    def _item(self, step: int, item: int) -> NDArray[np.float32]:
        """Masks (C, H, W) of one patch."""
        random = np.random.default_rng([self.real.seed, step, item, FIELDS])
        crop = self.real.crop
        field = self._field(int(random.integers(FIELDS)))
        y, x = (int(random.integers(side - crop + 1)) for side in field.shape[1:])
        window = field[:, y : y + crop, x : x + crop]
        return symmetry(window, int(random.integers(SYMMETRIES))).astype(np.float32)

    @cache  # noqa: B019  (a run has one sampler)
    def _field(self, number: int) -> NDArray[np.bool_]:
        """Masks (C, side, side) of one of the fields, as large as a patch at least."""
        side = max(SIDE, self.real.crop)
        return self.labels.draw(FIRST_SEED + number, Region(0, 0, side, side))
