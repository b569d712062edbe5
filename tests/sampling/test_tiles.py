from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tissuegan.region import Region
from tissuegan.sampling.tiles import Kept, Pixels, Tiles

starts = st.integers(-40, 40) | st.integers(-(2**60), 2**60)
windows = st.builds(Region, starts, starts, st.integers(1, 25), st.integers(1, 25))


def places(region: Region) -> Pixels:
    """int64 (2, H, W): row and column of every pixel."""
    y = np.arange(region.height)[:, None] + region.y0
    x = np.arange(region.width)[None, :] + region.x0
    return np.stack(np.broadcast_arrays(y, x))


class Counted:
    """Places of pixels, and a count of how often they were computed."""

    def __init__(self) -> None:
        self.asked: list[Region] = []

    def __call__(self, region: Region) -> Pixels:
        self.asked.append(region)
        return places(region)


@given(
    st.integers(1, 20),
    st.integers(-30, 30),
    st.lists(windows, min_size=1, max_size=3),
    st.sampled_from([0, 9999]),
)
def test_any_window_is_put_together_from_tiles(
    size: int, start: int, asked: list[Region], keep: int
) -> None:
    tiles = Tiles(size, places, keep, start)
    for window in asked:
        assert np.array_equal(tiles.window(window), places(window))


@given(windows)
def test_only_whole_tiles_of_one_lattice_are_computed(window: Region) -> None:
    counted = Counted()
    Tiles(16, counted, 10**9).window(window)
    assert counted.asked == list(window.tiles(16))


@given(windows, st.integers(-30, 30))
def test_a_lattice_begins_where_it_is_told(window: Region, start: int) -> None:
    asked = list(Tiles(16, places, 0, start).places(window))
    assert {(place.y0 - start) % 16 for place in asked} == {0}
    assert {(place.x0 - start) % 16 for place in asked} == {0}
    assert len(asked) == len(set(asked))
    assert all(place.intersect(window) for place in asked)


def test_a_cached_tile_is_not_computed_again() -> None:
    counted = Counted()
    tiles = Tiles(8, counted, 10**6)
    tiles.window(Region(0, 0, 16, 16))
    tiles.window(Region(3, 3, 9, 9))
    assert len(counted.asked) == 4


@given(st.integers(1, 20), st.integers(0, 2**32))
def test_kept_masks_come_back_as_they_were_from_an_eighth_of_the_memory(
    size: int, seed: int
) -> None:
    masks = np.random.default_rng(seed).random((3, size, size)) < 0.5
    kept = Kept.of(masks)
    assert np.array_equal(kept.pixels(), masks)
    assert kept.pixels().dtype == np.bool_
    assert kept.values.nbytes == 3 * size * -(-size // 8)


def test_the_tile_used_least_recently_goes_first() -> None:
    counted = Counted()
    tile = places(Region(0, 0, 8, 8)).nbytes
    tiles = Tiles(8, counted, 2 * tile)
    first, second, third = (Region(0, 8 * k, 8, 8) for k in range(3))
    for place in (first, second, first, third):  # the third drives out the second
        tiles.tile(place)
    tiles.tile(first)
    assert counted.asked == [first, second, third]
    tiles.tile(second)
    assert counted.asked == [first, second, third, second]


@pytest.mark.parametrize("keep", [0, 1000, 5000])
def test_the_cache_holds_no_more_than_it_may(keep: int) -> None:
    tiles = Tiles(8, places, keep)
    size = places(Region(0, 0, 8, 8)).nbytes
    for k in range(20):
        tiles.tile(Region(0, 8 * k, 8, 8))
        held = sum(kept.values.nbytes for kept in tiles._cache.values())
        assert held <= max(keep, size)
        assert held == tiles._held


def test_a_window_is_the_askers_own_and_a_tile_is_not() -> None:
    tiles = Tiles(8, places, 10**6)
    window = tiles.window(Region(0, 0, 4, 4))
    window[:] = -1
    assert np.array_equal(tiles.window(Region(0, 0, 4, 4)), places(Region(0, 0, 4, 4)))
    with pytest.raises(ValueError, match="read-only"):
        tiles.tile(Region(0, 0, 8, 8))[:] = 0


def test_a_window_has_the_type_and_the_channels_of_the_tiles() -> None:
    tiles = Tiles(4, lambda region: np.ones((3, *region.shape), np.uint16), 0)
    window = tiles.window(Region(-1, -1, 2, 5))
    assert window.shape == (3, 2, 5)
    assert window.dtype == np.uint16
