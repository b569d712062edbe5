from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.builders import write_tiny_model
from tissuegan.data.phantom import Phantom
from tissuegan.errors import UserError
from tissuegan.evaluation.panel import Field, Subject
from tissuegan.io.baselines import non_parametric, parametric
from tissuegan.io.phantom import write_phantom
from tissuegan.io.subjects import default_halves, named_apart, open_real, open_system
from tissuegan.objects import Roles, single_cells
from tissuegan.region import Region

ROLES = Roles("membrane", ("mitochondrion",))


def phantom_fields(count: int, side: int = 384) -> Subject:
    region = Region(0, 0, side, side)
    fields = [
        Field(f"{k}", f"phantom {k}", partial(Phantom(k).__getitem__, region)) for k in range(count)
    ]
    return Subject("training", tuple(fields))


@pytest.mark.parametrize(
    ("count", "train", "test"),
    [(20, (0, 10), (10, 20)), (25, (0, 10), (10, 20)), (5, (0, 2), (2, 5))],
)
def test_sections_are_halved_where_nobody_says(
    count: int, train: tuple[int, int], test: tuple[int, int]
) -> None:
    found = [range(count)[part] for part in default_halves(count)]
    assert found == [range(*train), range(*test)]


def test_roles_are_those_of_the_dataset(tmp_path: Path) -> None:
    for _ in write_phantom(tmp_path, 2, (64, 64), 1):
        pass
    assert open_real(str(tmp_path))[2] == ROLES
    settings = tmp_path / "dataset.toml"
    text = settings.read_text()
    settings.write_text(text + '[roles]\nboundary = "mitochondrion"\norganelles = ["membrane"]\n')
    assert open_real(str(tmp_path))[2] == Roles("mitochondrion", ("membrane",))
    settings.write_text(text + '[roles]\nboundary = "axon"\norganelles = []\n')
    with pytest.raises(UserError, match="axon"):
        open_real(str(tmp_path))


def test_a_model_gives_canvases_of_the_sizes_of_the_training_sections(tmp_path: Path) -> None:
    classes = ("membrane", "mitochondrion")
    folder = write_tiny_model(tmp_path / "tiny", image=None, classes=classes)
    found = open_system(str(folder), phantom_fields(2, 64), ROLES, seed=5)
    assert (found.name, [part.name for part in found.fields]) == ("tiny", ["seed 5", "seed 6"])
    assert [tissue.region.shape for tissue in found.tissues] == [(64, 64), (64, 64)]
    assert found.fields[0].digest != found.fields[1].digest
    assert found.stride
    more = open_system(str(folder), phantom_fields(2, 64), ROLES, seed=5, count=3)
    assert [part.name for part in more.fields] == ["seed 5", "seed 6", "seed 7"]
    assert more.tissues[2].region.shape == (64, 64)


def test_a_source_without_a_class_of_the_real_sections_is_told(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    with pytest.raises(UserError, match="no class 'membrane'"):
        open_system(str(folder), phantom_fields(1, 64), ROLES)


def test_sources_of_one_name_are_told_apart() -> None:
    same = [Subject("a", ()), Subject("a", ()), Subject("b", ()), Subject("a", ())]
    assert [subject.name for subject in named_apart(same)] == ["a", "a-2", "b", "a-3"]


def test_the_non_parametric_baseline_is_training_tissue_turned() -> None:
    train = phantom_fields(2)
    found = non_parametric(train, ROLES)
    totals = {int(tissue.masks.sum()) for tissue in train.tissues}
    assert {int(tissue.masks.sum()) for tissue in found.tissues} <= totals
    assert not np.array_equal(found.tissues[0].masks, found.tissues[1].masks)


def test_single_cells_of_the_non_parametric_baseline_are_training_cells_turned() -> None:
    train = phantom_fields(2)
    found = non_parametric(train, ROLES)
    assert found.cells is not None
    known = {int(cell.sum()) for tissue in train.tissues for cell, _ in single_cells(tissue, ROLES)}
    drawn = [int(cell.sum()) for cell, _ in islice(found.cells(0), 3 * len(known))]
    assert set(drawn) <= known
    assert drawn != [int(cell.sum()) for cell, _ in islice(found.cells(1), 3 * len(known))]


def test_without_organelles_the_non_parametric_baseline_has_no_single_cells() -> None:
    train = phantom_fields(1, 64)
    assert non_parametric(train, Roles("membrane", ())).cells is None
    empty = non_parametric(train, Roles("mitochondrion", ("membrane",))).cells
    assert empty is None or not list(islice(empty(0), 1))


def test_cells_of_the_parametric_baseline_are_found_again_as_they_were_drawn() -> None:
    found = parametric(phantom_fields(4), ROLES)
    assert found.cells is not None
    drawn = list(islice(found.cells(0), 20))
    again = list(single_cells(found.fields[0].tissue, ROLES))
    large = [cell for cell, organelle in drawn if organelle.sum() >= 64]
    areas = sorted(int(cell.sum()) for cell, _ in again)
    assert areas == pytest.approx(sorted(int(cell.sum()) for cell in large), rel=0.01)


def test_a_source_named_like_a_part_of_the_real_sections_gets_another_name() -> None:
    named = named_apart([Subject("training", ()), Subject("held-out", ()), Subject("a", ())])
    assert [subject.name for subject in named] == ["training-2", "held-out-2", "a"]


def test_training_sections_are_not_held_out_unless_they_are_named(tmp_path: Path) -> None:
    for _ in write_phantom(tmp_path, 6, (64, 64), 1):
        pass
    names = [
        [field.name for field in part.fields] for part in open_real(str(tmp_path), slice(4))[:2]
    ]
    assert (len(names[0]), len(names[1])) == (4, 2)
    assert not set(names[0]) & set(names[1])
    for asked in ((slice(3, 6), None), (None, slice(3)), (slice(4, 6), None)):
        train, test, _ = open_real(str(tmp_path), *asked)
        assert not {field.name for field in train.fields} & {field.name for field in test.fields}
    same = open_real(str(tmp_path), slice(4), slice(4))
    assert len(same[1].fields) == 4
