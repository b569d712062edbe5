from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import CRN, UNET, pixels, write_tiny_model
from tissuegan.errors import UserError
from tissuegan.models import Model, load
from tissuegan.models.settings import CRNSettings, UNetSettings
from tissuegan.networks.geometry import Field
from tissuegan.region import Region
from tissuegan.sampling import Canvas
from tissuegan.tissue import Tissue, TissueSource

FAR = 2**40
starts = st.integers(-100, 100) | st.sampled_from([-FAR - 7, FAR, 3 * FAR + 5, 2**61])
windows = st.builds(Region, starts, starts, st.integers(1, 90), st.integers(1, 90))
around = st.tuples(*[st.integers(0, 60)] * 4)


def same(first: Tissue, second: Tissue) -> bool:
    alike = np.array_equal(first.masks, second.masks)
    return alike and np.array_equal(pixels(first), pixels(second))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(windows, around, st.sampled_from([0, 10**8]), st.booleans())
@pytest.mark.usefixtures("small_tiles")
def test_any_window_is_bitwise_the_crop_of_a_larger_one(
    tiny_model: Model,
    window: Region,
    more: tuple[int, int, int, int],
    cache: int,
    larger_first: bool,
) -> None:
    up, left, down, right = more
    larger = Region(
        window.y0 - up, window.x0 - left, window.height + up + down, window.width + left + right
    )
    canvas, order = Canvas(tiny_model, 5, cache), [window, larger]
    tissue = {region: canvas[region] for region in (order[::-1] if larger_first else order)}
    assert same(tissue[window], tissue[larger].crop(window))
    assert same(tissue[window], Canvas(tiny_model, 5)[window])


@pytest.mark.usefixtures("small_tiles")
def test_networks_only_ever_see_one_shape_so_that_they_round_in_one_way(tmp_path: Path) -> None:
    model = load(write_tiny_model(tmp_path))
    shapes: dict[str, set[tuple[int, int]]] = {"labels": set(), "image": set()}
    for name, part in (("labels", model.labels), ("image", model.image)):
        assert part is not None

        def seen(_network: object, inputs: tuple[Region | Field, object], name: str = name) -> None:
            where = inputs[0]
            shapes[name].add((where if isinstance(where, Region) else where.region).shape)

        part.generator.register_forward_pre_hook(seen)
    canvas = Canvas(model, 0, cache_bytes=0)
    for y, x, side in ((0, 0, 70), (-33, 17, 1), (5, FAR + 3, 40), (-FAR - 1, 2, 100)):
        canvas[Region(y, x, side, side)]
    assert len(shapes["labels"]) == 1
    assert len(shapes["image"]) == 1


def test_windows_agree_at_the_real_size_of_the_tiles(tiny_model: Model) -> None:
    corner = Region(-5, FAR - 9, 40, 30)  # it touches four tiles of each kind
    larger = Region(-140, FAR - 100, 600, 150)
    assert same(Canvas(tiny_model, 1)[corner], Canvas(tiny_model, 1)[larger].crop(corner))


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("cache", [0, 10**8])
def test_two_threads_at_once_see_one_canvas(tiny_model: Model, cache: int) -> None:
    canvas, alone = Canvas(tiny_model, 2, cache), Canvas(tiny_model, 2)
    regions = [Region(17 * k % 90, 29 * k % 70, 60, 70) for k in range(8)]
    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(canvas.__getitem__, regions))
    assert all(same(tissue, alone[tissue.region]) for tissue in drawn)


@pytest.mark.usefixtures("small_tiles")
def test_the_number_of_torch_threads_changes_nothing(tiny_model: Model) -> None:
    region, threads = Region(0, 0, 64, 64), torch.get_num_threads()
    drawn = []
    for count in (1, 2):
        torch.set_num_threads(count)
        drawn.append(Canvas(tiny_model, 2)[region])
    torch.set_num_threads(threads)
    assert same(*drawn)


def test_a_tile_of_the_image_needs_four_tiles_of_labels(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model)
    assert tiny_model.labels is not None
    assert tiny_model.image is not None
    size = canvas._labels.size
    assert canvas._labels.start % tiny_model.labels.stride == 0
    for y, x in ((0, 0), (-3, 5)):
        tile = Region(y * size, x * size, size, size)
        assert len(list(canvas._labels.places(tiny_model.image.context(tile)))) == 4


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("downsample", [1, 4])
@pytest.mark.parametrize("image", [CRN, UNET])
def test_models_of_any_make_agree_over_their_tiles(
    downsample: int, image: CRNSettings | UNetSettings, tmp_path: Path
) -> None:
    model = load(write_tiny_model(tmp_path, image=image, downsample=downsample))
    window = Region(-20, 31, 40, 50)
    larger = Canvas(model, 9)[window.grow(40)]
    assert same(Canvas(model, 9, 0)[window], larger.crop(window))


def test_tissue_is_a_function_of_the_seed(tiny_model: Model) -> None:
    region = Region(0, 0, 64, 64)
    first, again, other = (Canvas(tiny_model, seed)[region] for seed in (1, 1, 2**64 - 1))
    assert same(first, again)
    assert (first.masks != other.masks).mean() > 0.2
    assert (pixels(first) != pixels(other)).mean() > 0.2


def test_no_place_repeats_another(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model)
    here, there = (canvas[Region(0, x, 64, 64)] for x in (0, 1024))
    assert (here.masks != there.masks).mean() > 0.2
    assert 0.1 < here.masks.mean() < 0.9


def test_a_canvas_tells_what_it_is(tiny_model: Model) -> None:
    canvas = Canvas(tiny_model, 3)
    tissue = canvas[Region(-2, 4, 5, 6)]
    assert isinstance(canvas, TissueSource)
    assert canvas.bounds is None
    assert tissue.region == Region(-2, 4, 5, 6)
    assert tissue.classes == tiny_model.classes
    assert tissue.pixel_size_nm == tiny_model.pixel_size_nm
    assert tissue.provenance == {"model": "tiny", "weights": tiny_model.digest, "seed": "3"}
    assert pixels(tissue).dtype == np.uint16


def test_a_model_of_labels_alone_gives_labels_alone(tmp_path: Path) -> None:
    tissue = Canvas(load(write_tiny_model(tmp_path, image=None)))[Region(0, 0, 8, 8)]
    assert tissue.image is None
    assert tissue.masks.shape == (2, 8, 8)


def test_a_model_without_labels_has_no_canvas(tmp_path: Path) -> None:
    model = load(write_tiny_model(tmp_path, labels=False))
    with pytest.raises(UserError, match="tissuegan render"):
        Canvas(model)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_that_is_none_is_told(tiny_model: Model, seed: int) -> None:
    with pytest.raises(UserError, match=r"between 0 and 2\^64 - 1"):
        Canvas(tiny_model, seed)
