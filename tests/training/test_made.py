"""Patches of labels that a model draws, beside those of the sections."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.builders import write_tiny_completion, write_tiny_model
from tests.training.conftest import Trainers
from tissuegan.data import PatchSampler
from tissuegan.errors import UserError
from tissuegan.models import load
from tissuegan.models.synthesis import LabelPart
from tissuegan.region import Region
from tissuegan.training import made
from tissuegan.training.made import MadeSampler

NAMES = ("membrane", "mitochondrion")


@pytest.fixture(autouse=True)
def _few_small_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "FIELDS", 2)
    monkeypatch.setattr(made, "SIDE", 80)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tiny_model(tmp_path_factory.mktemp("model"), image=None, classes=NAMES))


def patches(data: MadeSampler, step: int, rank: int = 0, world: int = 1) -> NDArray[np.float32]:
    """The patches of a step that a model draws."""
    drawn = data.draw(step, rank, world).made
    assert drawn is not None
    return drawn


def sampler(trainers: Trainers, source: str, crop: int = 48, batch: int = 4) -> MadeSampler:
    return MadeSampler.of(PatchSampler(trainers.sections, crop, batch, 0), source)


def test_half_as_many_patches_lie_in_the_fields_of_the_model(
    trainers: Trainers, source: str
) -> None:
    data, labels = sampler(trainers, source), load(source).labels
    assert labels is not None
    assert patches(data, 5).shape == (2, 2, 48, 48)
    assert np.array_equal(data.draw(5).masks, data.real.draw(5).masks)
    region = Region(0, 0, 80, 80)
    fields = [labels.draw(made.FIRST_SEED + k, region) for k in range(2)]
    for patch in patches(data, 5):
        assert any(found(patch > 0, turned) for field in fields for turned in turns(field))


def turns(field: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The eight symmetries of a field (C, H, W)."""
    flipped = field, field[..., ::-1]
    return [np.rot90(one, k, (1, 2)) for one in flipped for k in range(4)]


def found(patch: NDArray[np.bool_], field: NDArray[np.bool_]) -> bool:
    """Whether the patch is a window of the field."""
    windows = np.lib.stride_tricks.sliding_window_view(field, patch.shape)[0]
    return bool((windows == patch).all(axis=(-3, -2, -1)).any())


def test_patches_differ_from_step_to_step_and_are_the_same_when_asked_again(
    trainers: Trainers, source: str
) -> None:
    first, again, other = (patches(sampler(trainers, source), step) for step in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_processes_together_have_the_patches_of_one(trainers: Trainers, source: str) -> None:
    data = sampler(trainers, source, batch=8)
    for rank in range(2):
        assert np.array_equal(patches(data, 2)[rank::2], patches(data, 2, rank, 2))


def test_fields_are_as_large_as_patches(trainers: Trainers, source: str) -> None:
    assert patches(sampler(trainers, source, crop=128), 0).shape == (2, 2, 128, 128)


class Counting:
    """Labels that tell how many fields were drawn."""

    def __init__(self, labels: LabelPart) -> None:
        self.labels, self.fields = labels, 0
        self.generator, self.stride = labels.generator, labels.stride

    def draw(self, seed: int, region: Region) -> NDArray[np.bool_]:
        self.fields += 1
        return self.labels.draw(seed, region)


def test_a_field_is_drawn_once(trainers: Trainers, source: str) -> None:
    labels = load(source).labels
    assert labels is not None
    counting = Counting(labels)
    data = MadeSampler(PatchSampler(trainers.sections, 48, 4, 0), counting)
    for step in range(20):
        data.draw(step)
    assert counting.fields == 2


def test_a_model_of_other_classes_or_without_labels_is_told(
    trainers: Trainers, tmp_path: Path
) -> None:
    for folder in (
        write_tiny_model(tmp_path / "other", image=None),
        write_tiny_completion(tmp_path / "completion"),
    ):
        with pytest.raises(UserError, match="draws no labels of the classes membrane, mito"):
            sampler(trainers, str(folder))
