from __future__ import annotations

import random
import shutil
import warnings
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from zarr.storage import LocalStore

from tests.io.scenes import CORNER, Plane, contents, plan, write_now
from tissuegan.data import load_sections
from tissuegan.errors import UserError
from tissuegan.io.ome_zarr import write, write_share
from tissuegan.io.source import open_sources
from tissuegan.io.stored import open_ome_zarr
from tissuegan.ome.layout import Layout
from tissuegan.ome.metadata import Layer
from tissuegan.ome.pyramid import halved
from tissuegan.region import Region

FIELD = Region(*CORNER, 70, 100)
LAYERS = ("", "labels/wall/", "labels/mitochondrion/", "labels/cells/", "labels/mitochondria/")


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a picture that was written undisturbed; not to be changed."""
    folder = tmp_path_factory.mktemp("calm")
    write_now(str(folder / "a.ome.zarr"), FIELD)
    return folder


def test_a_picture_reads_back_as_the_tissue(calm: Path) -> None:
    stored, tissue = open_ome_zarr(str(calm / "a.ome.zarr")), Plane()[FIELD]
    assert (stored.bounds, stored.classes, stored.pixel_size_nm) == (FIELD, Plane.classes, 4.6)
    assert np.array_equal(stored[FIELD].masks, tissue.masks)
    assert np.array_equal(stored[FIELD].image, tissue.image)  # type: ignore[arg-type]
    assert stored[FIELD].provenance == tissue.provenance
    inner = Region(FIELD.y0 + 30, FIELD.x0 + 61, 40, 8)
    assert np.array_equal(stored[inner].masks, tissue.crop(inner).masks)


def test_a_picture_is_a_source_by_name(calm: Path) -> None:
    (named,) = open_sources(f"{calm}/a.ome.zarr")
    assert named.name == "a.ome.zarr"
    assert named.source.bounds == FIELD


def test_it_is_valid_by_the_models_of_the_format(calm: Path) -> None:
    from ome_zarr_models.v05.image import Image
    from ome_zarr_models.v05.image_label import ImageLabel

    root = zarr.open_group(calm / "a.ome.zarr", mode="r")
    image = Image.from_zarr(root)
    assert image.labels is not None
    assert image.labels.attributes.ome.labels == [path.split("/")[1] for path in LAYERS[1:]]
    for layer in LAYERS[1:]:
        ImageLabel.from_zarr(root[layer.rstrip("/")])  # type: ignore[arg-type]


def test_the_reader_of_the_format_sees_image_and_labels(calm: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ome_zarr.io import parse_url
        from ome_zarr.reader import Reader

        location = parse_url(calm / "a.ome.zarr")
        assert location is not None
        nodes = list(Reader(location)())
    image = Plane()[FIELD].image
    assert image is not None
    assert np.array_equal(np.asarray(nodes[0].data[0]), image)
    assert [level.shape for level in nodes[0].data] == [(70, 100), (35, 50), (18, 25)]
    scales = nodes[0].metadata["coordinateTransformations"]
    assert [scale[0]["scale"][0] for scale in scales] == [4.6, 9.2, 18.4]
    assert len(nodes) == 1 + len(LAYERS)


def test_every_array_is_sharded_and_names_its_axes(calm: Path) -> None:
    for layer in LAYERS:
        array: Any = zarr.open_array(calm / "a.ome.zarr", path=f"{layer}0", mode="r")
        assert array.metadata.dimension_names == ("y", "x")
        assert (array.shards, array.chunks) == ((64, 64), (32, 32))


def test_every_ome_dictionary_has_a_version(calm: Path) -> None:
    root = zarr.open_group(calm / "a.ome.zarr", mode="r")
    groups = [root, *(group for _, group in root.members(None) if isinstance(group, zarr.Group))]
    assert len(groups) == 1 + len(LAYERS)
    assert all(group.attrs["ome"]["version"] == "0.5" for group in groups)  # type: ignore[index,call-overload]


def test_a_level_is_half_of_the_one_below(calm: Path) -> None:
    root = zarr.open_group(calm / "a.ome.zarr", mode="r")
    described = {"": Layer("", "uint8"), "labels/wall/": Layer("wall", "uint8", (0, 0, 0))}
    described["labels/cells/"] = Layer("cells", "uint32")
    for path, layer in described.items():
        levels = [np.asarray(root[f"{path}{k}"][:]) for k in range(3)]  # type: ignore[index]
        for low, high in pairwise(levels):
            assert np.array_equal(halved(low, layer), high)


def test_halving_averages_grey_counts_masks_and_keeps_numbers() -> None:
    pixels = np.array([[1, 2, 9], [2, 2, 0]], np.uint8)
    assert halved(pixels, Layer("", "uint8")).tolist() == [[2, 5]]
    mask = np.array([[1, 1, 0], [0, 0, 1]], np.uint8)
    assert halved(mask, Layer("a", "uint8", (0, 0, 0))).tolist() == [[1, 1]]
    assert halved(pixels.astype(np.uint32), Layer("a", "uint32")).tolist() == [[1, 9]]


def test_the_last_level_is_one_chunk() -> None:
    assert Layout(Region(0, 0, 512, 512)).levels == 1
    assert Layout(Region(0, 0, 513, 1)).levels == 2
    assert Layout(Region(0, 0, 30000, 30000)).levels == 7


def steps(url: str) -> int:
    return sum(1 for _ in write(plan(url, FIELD)))


def stopped(url: str, after: int) -> None:
    run = write(plan(url, FIELD))
    for _ in range(after):
        next(run)
    assert isinstance(run, Generator)
    run.close()


@pytest.mark.parametrize("after", [1, 3, 7, 10, 14, 18, 19, 20])
def test_what_was_broken_off_ends_in_the_same_bytes(after: int, calm: Path, tmp_path: Path) -> None:
    url = str(tmp_path / "a.ome.zarr")
    stopped(url, after)
    with pytest.raises(UserError, match="is not finished"):
        open_ome_zarr(url)
    write_now(url, FIELD)
    assert contents(tmp_path) == contents(calm)


def test_a_shard_that_is_cut_short_is_made_again(calm: Path, tmp_path: Path) -> None:
    url = str(tmp_path / "a.ome.zarr")
    stopped(url, 15)
    shards = sorted(path for path in Path(url).rglob("c/*/*") if path.is_file())
    for number, path in enumerate(random.Random(0).sample(shards, 6)):
        whole = path.read_bytes()
        path.write_bytes(whole[: number * len(whole) // 6])
    (Path(url) / "0" / "c" / "0" / "0.abc.partial").touch()
    write_now(url, FIELD)
    assert contents(tmp_path) == contents(calm)


def test_finished_shards_are_not_made_again(tmp_path: Path) -> None:
    class Counted(Plane):
        asked = 0

        def __getitem__(self, region: Region, /) -> Any:
            self.asked += 1
            return super().__getitem__(region)

    url, source = str(tmp_path / "a.ome.zarr"), Counted()
    stopped(url, 3)
    write_now(url, FIELD, source)
    assert source.asked == 1 + 2  # the probe, and the last two of four shards
    write_now(url, FIELD, source)
    assert source.asked == 1 + 2 + 1


def test_shares_of_a_batch_system_make_the_same_bytes(calm: Path, tmp_path: Path) -> None:
    url = str(tmp_path / "a.ome.zarr")
    for share in (3, 1, 2):
        for _ in write_share(plan(url, FIELD), (share, 3)):
            pass
    drawn = contents(tmp_path)
    assert len([key for key in drawn if "/0/c/" in key]) == 3 * 4
    write_now(url, FIELD)
    assert contents(tmp_path) == contents(calm)


OTHERS: dict[str, Callable[[str], object]] = {
    "seed": lambda url: plan(url, FIELD, Plane(1)),
    "place": lambda url: plan(url, FIELD.shift(0, 1)),
    "size": lambda url: plan(url, Region(*CORNER, 10, 10)),
    "shards": lambda url: plan(url, FIELD, sides=(32, 128)),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("after", [3, 50])
def test_a_picture_of_another_call_is_refused_and_left_alone(
    other: str, after: int, tmp_path: Path
) -> None:
    url = str(tmp_path / "a.ome.zarr")
    if after < 50:
        stopped(url, after)
    else:
        write_now(url, FIELD)
    before = contents(tmp_path)
    with pytest.raises(UserError, match="was not made by this call; choose another --out"):
        next(write(OTHERS[other](url)))  # type: ignore[arg-type]
    assert contents(tmp_path) == before


def test_foreign_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    for name in ("b.ome.zarr/mine", "a.objects.csv", "c.ome.zarr"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"mine")
    before = contents(tmp_path)
    for name in "abc":
        with pytest.raises(UserError):
            write_now(str(tmp_path / f"{name}.ome.zarr"), FIELD)
    assert contents(tmp_path) == before


def test_labels_alone_are_a_picture_without_an_image(tmp_path: Path) -> None:
    url, source = str(tmp_path / "a.ome.zarr"), Plane(dtype=None)
    write_now(url, FIELD, source)
    stored = open_ome_zarr(url)[FIELD]
    assert stored.image is None
    assert np.array_equal(stored.masks, source[FIELD].masks)


def test_sixteen_bits_stay_sixteen_bits(tmp_path: Path) -> None:
    url, source = str(tmp_path / "a.ome.zarr"), Plane(dtype="uint16")
    write_now(url, FIELD, source)
    image = open_ome_zarr(url)[FIELD].image
    assert image is not None
    assert np.array_equal(image, source[FIELD].image)  # type: ignore[arg-type]
    attributes: Any = zarr.open_group(url, mode="r").attrs.asdict()
    window = attributes["ome"]["omero"]["channels"][0]["window"]
    assert (window["max"], window["start"], window["end"]) == (65535, image.min(), image.max())


def test_a_section_is_written_up_to_its_edges(phantom_folder: Path, tmp_path: Path) -> None:
    section, url = load_sections(phantom_folder)[0], str(tmp_path / "a.ome.zarr")
    write_now(url, section.bounds, section, sides=(128, 128))
    assert np.array_equal(open_ome_zarr(url)[section.bounds].masks, section.tissue.masks)
    with pytest.raises(UserError, match="is not inside"):
        plan(url, section.bounds.grow(1), section)


def test_what_is_no_ome_zarr_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no OME-Zarr"):
        open_ome_zarr(str(tmp_path))
    zarr.create_group(LocalStore(tmp_path / "other"))
    with pytest.raises(UserError, match="cannot be read as two-dimensional tissue"):
        open_ome_zarr(str(tmp_path / "other"))


def test_a_picture_of_another_writer_is_read_by_its_labels(calm: Path, tmp_path: Path) -> None:
    url = tmp_path / "b.ome.zarr"
    shutil.copytree(calm / "a.ome.zarr", url)
    root = zarr.open_group(url, mode="r+")
    ome = root.attrs["ome"]
    root.attrs.put({"ome": ome})
    stored = open_ome_zarr(str(url))
    assert stored.bounds == Region(0, 0, 70, 100)
    assert stored.pixel_size_nm == 4.6
    assert stored.classes.names == tuple(path.split("/")[1] for path in LAYERS[1:])
