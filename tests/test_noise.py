"""Noise: Philox against its published answers, windows against each other, the distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats

from tissuegan.noise import _table, normals, philox4x32
from tissuegan.region import Region

FULL = 0xFFFFFFFF
LAST = 2**63 - 1

# Random123's kat_vectors for philox4x32, 10 rounds: counter, key, answer.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 4, (FULL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

words = st.integers(0, FULL)
origins = st.one_of(
    st.integers(-100, 100),
    st.integers(2**40 - 50, 2**40 + 50),
    st.integers(-(2**32) - 50, -(2**32) + 50),
    st.integers(-(2**63), -(2**63) + 20),
    st.integers(LAST - 120, LAST - 80),
)


def u32(*values: int) -> NDArray[np.uint32]:
    return np.array(values, np.uint32)


def plain_philox(counter: list[int], key: list[int]) -> list[int]:
    """Salmon et al. 2011 in Python's own integers, one counter at a time."""
    a, b, c, d = counter
    ka, kc = key
    for _ in range(10):
        p, q = a * 0xD2511F53, c * 0xCD9E8D57
        a, b, c, d = (q >> 32) ^ b ^ ka, q & FULL, (p >> 32) ^ d ^ kc, p & FULL
        ka, kc = (ka + 0x9E3779B9) & FULL, (kc + 0xBB67AE85) & FULL
    return [a, b, c, d]


def plain_normal(seed: int, stream: int, channel: int, y: int, x: int) -> float:
    """One value by the definition: key, counter, sixteen bits, quantile."""
    key = plain_philox([stream, channel, 0, 0], [seed & FULL, seed >> 32])[:2]
    counter = [(x // 8) & FULL, (x // 8) >> 32 & FULL, y & FULL, y >> 32 & FULL]
    word = plain_philox(counter, key)[x % 8 // 2]
    integer = word >> 16 if x % 2 else word & 0xFFFF
    return float(np.float32(stats.norm.ppf((integer + 0.5) / 65536)))


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, ...], answer: tuple[int, ...]
) -> None:
    words = philox4x32(u32(*counter), u32(*key))
    assert words.dtype == np.uint32
    assert tuple(words.tolist()) == answer


@settings(deadline=None)
@given(st.lists(st.tuples(words, words, words, words), min_size=1), st.tuples(words, words))
def test_philox_of_many_counters_is_philox_of_each(
    counters: list[tuple[int, int, int, int]], key: tuple[int, int]
) -> None:
    together = philox4x32(np.array(counters, np.uint32), u32(*key))
    assert together.tolist() == [plain_philox(list(one), list(key)) for one in counters]


def test_philox_takes_counters_of_any_number_of_axes() -> None:
    counters = np.arange(24, dtype=np.uint32).reshape(2, 3, 4)
    together = philox4x32(counters, u32(1, 2))
    assert together.shape == (2, 3, 4)
    assert np.array_equal(together[1, 2], philox4x32(counters[1, 2], u32(1, 2)))


@pytest.mark.parametrize(
    ("counter", "key"),
    [
        (np.zeros(3, np.uint32), u32(0, 0)),
        (np.zeros(4, np.int64), u32(0, 0)),
        (u32(0, 0, 0, 0), u32(0)),
        (u32(0, 0, 0, 0), np.zeros(2, np.uint64)),
    ],
)
def test_philox_refuses_other_shapes_and_types(
    counter: NDArray[np.uint32], key: NDArray[np.uint32]
) -> None:
    with pytest.raises(ValueError, match="uint32"):
        philox4x32(counter, key)


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1), words, st.integers(0, 5), origins, origins)
@example(2**64 - 1, FULL, 0, -(2**63), LAST)
@example(0, 0, 0, LAST, -(2**63))
@example(1, 0, 3, -1, -1)
def test_every_value_follows_the_definition(
    seed: int, stream: int, channel: int, y: int, x: int
) -> None:
    value = normals(seed, stream, Region(y, x, 1, 1), channel + 1)[channel, 0, 0]
    assert value == plain_normal(seed, stream, channel, y, x)


@settings(deadline=None)
@given(origins, origins, st.integers(0, 30), st.integers(0, 30), st.data())
def test_a_window_of_noise_is_the_crop_of_a_larger_one(
    y: int, x: int, top: int, left: int, data: st.DataObject
) -> None:
    large = Region(y, x, 50, 70)
    height, width = data.draw(st.integers(1, 50 - top)), data.draw(st.integers(1, 70 - left))
    small = Region(y + top, x + left, height, width)
    rows, columns = large.crop(small)
    whole = normals(7, 1, large, 2)
    assert np.array_equal(normals(7, 1, small, 2), whole[:, rows, columns])


def test_windows_too_large_for_one_piece_agree_as_well() -> None:
    large = Region(-100, 2**40 - 5, 24, 140001)
    whole = normals(7, 1, large, 1)
    for top, left in [(0, 0), (3, 65530), (9, 131071), (5, 139990)]:
        small = Region(large.y0 + top, large.x0 + left, 15, min(1001, 140001 - left))
        rows, columns = large.crop(small)
        assert np.array_equal(normals(7, 1, small, 1), whole[:, rows, columns])


def test_fewer_channels_are_the_first_of_more() -> None:
    region = Region(3, -11, 20, 30)
    assert np.array_equal(normals(1, 2, region, 3), normals(1, 2, region, 700)[:3])


def test_noise_is_float32_of_the_shape_asked_for() -> None:
    noise = normals(0, 0, Region(0, 0, 3, 5), 2)
    assert noise.dtype == np.float32
    assert noise.shape == (2, 3, 5)
    assert noise.flags.c_contiguous
    assert normals(0, 0, Region(0, 0, 3, 5), 0).shape == (0, 3, 5)


def test_the_distribution_is_the_standard_normal() -> None:
    values = normals(11, 0, Region(-700, 2**40, 1024, 1024), 1).ravel().astype(np.float64)
    spread = 1 / np.sqrt(values.size)
    assert abs(values.mean()) < 4 * spread
    assert abs(values.var() - 1) < 4 * np.sqrt(2) * spread + 2e-4
    assert abs((values**3).mean()) < 4 * np.sqrt(15) * spread
    assert abs((values**4).mean() - 3) < 4 * np.sqrt(96) * spread + 5e-3
    assert stats.kstest(values, "norm").pvalue > 1e-3


def test_the_values_are_the_quantiles_of_equal_steps() -> None:
    values = normals(5, 0, Region(0, 0, 1024, 2048), 1)
    steps = stats.norm.cdf(values.astype(np.float64)) * 65536 - 0.5
    integers = np.rint(steps).astype(int)
    assert np.abs(steps - integers).max() < 0.02
    counts = np.bincount(integers.ravel(), minlength=65536)
    assert counts.size == 65536
    assert stats.chisquare(counts).pvalue > 1e-3


def test_every_place_in_a_block_is_standard_normal() -> None:
    values = normals(6, 0, Region(0, 0, 512, 4096), 1).reshape(-1, 8)
    assert all(stats.kstest(column, "norm").pvalue > 1e-4 for column in values.T)


def correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The correlation in units of its standard deviation."""
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1] * np.sqrt(a.size))


@pytest.mark.parametrize(("dy", "dx"), [(0, k) for k in range(1, 18)] + [(1, 0), (1, 1), (8, 8)])
def test_neighbours_do_not_correlate(dy: int, dx: int) -> None:
    values = normals(21, 3, Region(-256, -256, 512, 512), 1)[0]
    one, other = values[: 512 - dy, : 512 - dx], values[dy:, dx:]
    assert abs(correlation(one, other)) < 4.5
    assert abs(correlation(one**2, other**2)) < 4.5


@pytest.mark.parametrize(
    ("seed", "stream", "dy", "dx"),
    [
        (0, 1, 0, 0),
        (1, 0, 0, 0),
        (2**32, 0, 0, 0),
        (2**63, 0, 0, 0),
        (0, 2**31, 0, 0),
        (0, 0, 2**32, 0),
        (0, 0, 0, 2**35),
        (0, 0, -(2**62), 0),
    ],
)
def test_other_seeds_streams_and_far_places_do_not_correlate(
    seed: int, stream: int, dy: int, dx: int
) -> None:
    region = Region(0, 0, 512, 512)
    one, other = normals(0, 0, region, 1), normals(seed, stream, region.shift(dy, dx), 1)
    assert not np.array_equal(one, other)
    assert abs(correlation(one, other)) < 4.5
    assert abs(correlation(one**2, other**2)) < 4.5


def test_channels_do_not_correlate() -> None:
    values = normals(0, 0, Region(0, 0, 256, 256), 8)
    pairs = [(a, b) for a in range(8) for b in range(a)]
    assert max(abs(correlation(values[a], values[b])) for a, b in pairs) < 4.5


def test_channel_and_stream_are_not_interchangeable() -> None:
    region = Region(0, 0, 4, 8)
    assert not np.array_equal(normals(0, 1, region, 1)[0], normals(0, 0, region, 2)[1])


@pytest.mark.parametrize(
    ("seed", "stream", "channels", "what"),
    [
        (-1, 0, 1, "seed"),
        (2**64, 0, 1, "seed"),
        (0, -1, 1, "stream"),
        (0, 2**32, 1, "stream"),
        (0, 0, -1, "channels"),
    ],
)
def test_seeds_streams_and_channels_out_of_range_are_refused(
    seed: int, stream: int, channels: int, what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        normals(seed, stream, Region(0, 0, 1, 1), channels)


@pytest.mark.parametrize(("y", "x"), [(2**63, 0), (0, LAST), (-(2**63) - 1, 0), (0, -(2**64))])
def test_places_beyond_64_bits_are_refused(y: int, x: int) -> None:
    with pytest.raises(ValueError, match="64-bit"):
        normals(0, 0, Region(y, x, 1, 2), 1)


def test_the_quantiles_are_those_of_an_independent_program() -> None:
    steps = (np.arange(65536) + 0.5) / 65536
    assert np.array_equal(_table(), special.ndtri(steps).astype(np.float32))
