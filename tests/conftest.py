"""Data that tests of several packages share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is slow now and then; no property here is about time.
settings.register_profile("tissuegan", deadline=None)
settings.load_profile("tissuegan")


@pytest.fixture(scope="session")
def vnc() -> Path:
    """The folder of the real sections, which are not part of the project."""
    folder = os.environ.get("TISSUEGAN_VNC")
    if not folder:
        pytest.skip("TISSUEGAN_VNC does not name the folder of the VNC sections")
    return Path(folder)


@pytest.fixture(scope="session")
def phantom_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset folder of three procedural sections of 256 x 320 pixels; not to be changed."""
    from tissuegan.io.phantom import write_phantom

    folder = tmp_path_factory.mktemp("phantom") / "phantom"
    for _ in write_phantom(folder, 3, (256, 320), 5):
        pass
    return folder
