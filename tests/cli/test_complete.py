from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.mistakes import Told
from tissuegan.cli import main
from tissuegan.training import calibrate


@pytest.fixture(scope="module")
def completer(phantom_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of the recipe, after a step."""
    out = tmp_path_factory.mktemp("runs") / "completer"
    words = ["train", "mitochondria", "--data", str(phantom_folder), "--out", str(out)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrate, "FIELDS", 1)
        assert main([*words, "--device", "cpu", "--steps", "1", "--set", "smoke=true"]) == 0
    return out


def mask(folder: Path, kind: str) -> np.ndarray:
    with Image.open(folder / "labels" / kind / "01.png") as picture:
        return np.asarray(picture) > 0


def test_labels_are_completed_and_the_same_call_gives_the_same_bytes(
    completer: Path, phantom_folder: Path, tmp_path: Path
) -> None:
    for out in (tmp_path / "a", tmp_path / "b"):
        words = ["complete", str(completer), "--labels", str(phantom_folder), "--out", str(out)]
        assert main([*words, "--seed", "4"]) == 0
    for kind in ("membrane", "mitochondrion"):
        first, second = (
            (tmp_path / k / "labels" / kind / "01.png").read_bytes() for k in ("a", "b")
        )
        assert first == second
    assert not (tmp_path / "a" / "images").exists()
    assert np.array_equal(mask(tmp_path / "a", "membrane"), mask(phantom_folder, "membrane"))


def test_a_model_that_completes_nothing_is_refused(
    run_folder: Path, phantom_folder: Path, tmp_path: Path, told: Told
) -> None:
    words = ("--labels", str(phantom_folder), "--out", str(tmp_path / "out"))
    assert "does not draw some classes" in told("complete", str(run_folder), *words)
    assert not (tmp_path / "out").exists()
