from __future__ import annotations

import pytest

from tests.editing.drawing import Blocks
from tissuegan.web.exhibits import Exhibit


@pytest.fixture
def blocks() -> list[Exhibit]:
    """One endless exhibit whose labels are cheap, without images."""
    from tissuegan.editing import Edited

    return [Exhibit("blocks", lambda seed: Blocks(seed + 1), True, Edited)]
