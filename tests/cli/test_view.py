from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.mistakes import Told
from tissuegan.cli import main


@pytest.fixture(scope="module")
def images_alone(phantom_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run whose model makes images and, without a segmenter, no labels."""
    out = str(tmp_path_factory.mktemp("runs") / "unsupervised")
    words = ["train", "unsupervised", "--data", str(phantom_folder), "--out", out, "--steps", "1"]
    assert main([*words, "--set", "smoke=true"]) == 0
    return out


def test_a_model_of_images_alone_is_not_viewed(told: Told, images_alone: str) -> None:
    assert "makes no tissue by itself" in told("view", images_alone)


def test_a_model_of_images_alone_is_told_what_would_give_it_labels(
    told: Told, images_alone: str, tmp_path: Path
) -> None:
    sentence = told("generate", images_alone, "--out", str(tmp_path / "made"))
    assert "--set segmenter.start=MODEL" in sentence
    assert not (tmp_path / "made").exists()
