from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.builders import FC, fc_generator, tiny_card, write_tiny_model
from tissuegan.errors import UserError
from tissuegan.models import load
from tissuegan.models.card import (
    CONFIG,
    WEIGHTS,
    listed,
    listing,
    read_model,
    replace_file,
    write_model,
)


def test_a_card_and_its_weights_come_back(tmp_path: Path) -> None:
    card, weights = tiny_card(), fc_generator().state_dict()
    write_model(tmp_path / "deep" / "model", card, weights)
    there, back, digest = read_model(tmp_path / "deep" / "model")
    assert there == card
    assert back.keys() == weights.keys()
    stored = (tmp_path / "deep" / "model" / WEIGHTS).read_bytes()
    assert digest == hashlib.sha256(stored).hexdigest()


def test_matrices_are_stored_in_half_precision_and_vectors_in_single(tmp_path: Path) -> None:
    weights = fc_generator().state_dict()
    write_model(tmp_path, tiny_card(), weights)
    stored, (_, back, _) = load_file(tmp_path / WEIGHTS), read_model(tmp_path)
    for key, value in weights.items():
        matrix = value.ndim == 4 and "strength" not in key
        if matrix:
            assert stored[key].dtype == torch.float16, key
            assert torch.equal(back[key], value.half().float()), key
        else:
            assert stored[key].dtype == value.dtype, key
            assert torch.equal(back[key], value), key
    assert {value.dtype for value in back.values()} == {torch.float32, torch.int64}


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    weights = fc_generator().state_dict()
    write_model(tmp_path / "a", tiny_card(), weights)
    write_model(tmp_path / "b", tiny_card(), dict(reversed(weights.items())))
    for name in (CONFIG, WEIGHTS):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_weights_in_the_memory_format_of_training_are_stored_alike(tmp_path: Path) -> None:
    network = fc_generator()
    write_model(tmp_path / "a", tiny_card(), network.state_dict())
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    write_model(tmp_path / "b", tiny_card(), network.state_dict())
    assert (tmp_path / "a" / WEIGHTS).read_bytes() == (tmp_path / "b" / WEIGHTS).read_bytes()


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def no_json(folder: Path) -> None:
    (folder / CONFIG).write_text("{")


def unknown_field(folder: Path) -> None:
    _edit(folder, lambda card: card.update(colour="red"))


def missing_field(folder: Path) -> None:
    _edit(folder, lambda card: card.pop("classes"))


def binary_config(folder: Path) -> None:
    (folder / CONFIG).write_bytes(b"\xff\xfe\x00")


def no_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def cut_weights(folder: Path) -> None:
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(data[: len(data) // 2])


def other_weights(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"not safetensors")


def empty_weights(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"")


def other_widths(folder: Path) -> None:
    _edit(folder, lambda card: card["labels"]["generator"].update(widths=[9, 6, 5, 4]))


def uneven_widths(folder: Path) -> None:
    _edit(folder, lambda card: card["labels"]["generator"].update(widths=[8, 6, 5]))


def one_more_class(folder: Path) -> None:
    _edit(folder, lambda card: card.update(classes=["a", "b", "c"], colours=[[0, 0, 0]] * 3))


def one_class_twice(folder: Path) -> None:
    _edit(folder, lambda card: card.update(classes=["wall", "wall"]))


def one_threshold(folder: Path) -> None:
    _edit(folder, lambda card: card.update(thresholds=[0.5]))


def other_generator(folder: Path) -> None:
    _edit(folder, lambda card: card["image"].update(generator={"kind": "unet", "widths": [4]}))


def impossible_grey(folder: Path) -> None:
    _edit(folder, lambda card: card["intensity"].update(high=-1.0))


def _edit(folder: Path, change: Callable[..., object]) -> None:
    card = json.loads((folder / CONFIG).read_text())
    change(card)
    (folder / CONFIG).write_text(json.dumps(card))


BROKEN = (
    no_json,
    unknown_field,
    missing_field,
    binary_config,
    no_weights,
    cut_weights,
    other_weights,
    empty_weights,
    other_widths,
    uneven_widths,
    one_more_class,
    one_class_twice,
    one_threshold,
    other_generator,
    impossible_grey,
)


@pytest.mark.parametrize("damage", BROKEN, ids=lambda damage: damage.__name__)
def test_a_broken_model_folder_is_told_in_one_sentence(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    folder = write_tiny_model(tmp_path / "model")
    damage(folder)
    with pytest.raises(UserError, match="model") as told:
        load(folder)
    assert str(folder) in str(told.value)
    assert "\n" not in str(told.value)


def test_what_a_model_is_made_of_stays_readable(tmp_path: Path) -> None:
    card = json.loads((write_tiny_model(tmp_path) / CONFIG).read_text())
    assert card["labels"]["generator"]["widths"] == list(FC.widths)
    assert card["image"]["generator"]["kind"] == "crn"


def test_names_in_a_line_come_out_as_they_went_in() -> None:
    names = ("00", "slice 1, left", "b")
    assert listed(listing(names)) == names
    assert listed("00, 01") == ("00", "01")
