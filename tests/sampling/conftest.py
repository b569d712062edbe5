from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import write_tiny_model
from tissuegan.models import Model, load
from tissuegan.sampling import canvas


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny", dtype="uint16")


@pytest.fixture(scope="session")
def tiny_model(tiny_model_folder: Path) -> Model:
    """Labels and images of two classes; strides of 16 and 4 pixels.

    Sixteen bits show differences in rounding that eight would hide.
    """
    return load(tiny_model_folder)


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles so small that any window crosses several."""
    monkeypatch.setattr(canvas, "LABEL_TILE", 48)
    monkeypatch.setattr(canvas, "IMAGE_TILE", 32)
