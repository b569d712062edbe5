from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.data.making import section
from tissuegan.data import Section
from tissuegan.region import Region
from tissuegan.tissue import TissueSource


def test_a_section_is_a_source_that_ends_at_its_edges() -> None:
    whole = section((40, 32))
    assert isinstance(whole, TissueSource)
    assert whole.bounds == Region(0, 0, 40, 32)
    assert whole.classes.names == ("membrane", "mitochondrion")
    assert whole.pixel_size_nm == 4.6


def test_a_window_of_a_section_is_cut_from_image_and_masks_alike() -> None:
    whole = section((40, 32))
    window = whole[Region(3, 5, 10, 12)]
    assert whole.tissue.image is not None
    assert np.array_equal(window.masks, whole.tissue.masks[:, 3:13, 5:17])
    assert window.image is not None
    assert np.array_equal(window.image, whole.tissue.image[3:13, 5:17])


@pytest.mark.parametrize("outside", [Region(-1, 0, 4, 4), Region(0, 30, 4, 4)])
def test_a_window_over_an_edge_is_refused(outside: Region) -> None:
    with pytest.raises(ValueError, match="not inside"):
        section()[outside]


def test_the_digest_tells_sections_apart_by_contents_and_not_by_name() -> None:
    whole = section()
    flipped = whole.tissue.masks.copy()
    flipped[0, 0, 0] ^= True
    changes = [
        replace(whole.tissue, masks=flipped),
        replace(whole.tissue, image=None),
        replace(whole.tissue, pixel_size_nm=5.0),
        replace(whole.tissue, classes=whole.classes.select(["mitochondrion", "membrane"])),
    ]
    assert Section("other", whole.tissue).digest == whole.digest
    assert len({whole.digest, *(Section("a", t).digest for t in changes)}) == 5
