from __future__ import annotations

import pytest

from tests.builders import write_tiny_model
from tissuegan.models import Model, load
from tissuegan.sampling import canvas


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Sixteen bits show differences in rounding that eight would hide."""
    return load(write_tiny_model(tmp_path_factory.mktemp("models") / "tiny", dtype="uint16"))


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles so small that any window crosses several."""
    monkeypatch.setattr(canvas, "LABEL_TILE", 48)
    monkeypatch.setattr(canvas, "IMAGE_TILE", 32)
    monkeypatch.setattr("tissuegan.editing.edited.IMAGE_TILE", 32)
    monkeypatch.setattr("tissuegan.editing.edited.LOCAL_TILE", 16)
    monkeypatch.setattr("tissuegan.editing.history.TILE", 64)
